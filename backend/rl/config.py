"""Hyper-parameters of RLT, each with its unit, range, default and reason. Free of torch.

`schema()` describes them as JSON Schema, so that a form can be generated without importing a
learning library.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


def _setting(default: float | bool, low: float, high: float, unit: str, help_text: str) -> Any:  # noqa: ANN401
    metadata = {"low": low, "high": high, "unit": unit, "help": help_text}
    return field(default=default, metadata=metadata)


def _live(default: float, low: float, high: float, unit: str, help_text: str) -> Any:  # noqa: ANN401
    """A setting that a person may change while the run goes on: `backend.rl.tuning`."""
    metadata = {"low": low, "high": high, "unit": unit, "help": help_text, "live": True}
    return field(default=default, metadata=metadata)


def _choice(default: str, among: tuple[str, ...], help_text: str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"unit": "", "help": help_text, "among": among})


def _switch(default: bool, help_text: str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"unit": "", "help": help_text})


@dataclass(frozen=True, kw_only=True)
class RltConfig:
    """One run's hyper-parameters. Distances between actions are in demonstration z-scores."""

    chunk: int = _setting(5, 1, 50, "steps", "How many control steps the actor decides at once.")
    execute: int = _setting(
        5,
        1,
        50,
        "steps",
        "Steps of a chunk that are played; fewer than all blur what the critic sees.",
    )
    # With fewer, the later actions of a recorded window answer to what the robot saw in between,
    # and the critic credits the chunk that was decided before with it.
    reference_speed: float = _setting(
        1.5, 1.0, 4.0, "x", "How much faster than the demonstrations the reference is played."
    )
    # At the base's own speed the actor is bound to a slow proposal, and comes out hardly faster
    # than the base policy would if it were simply played faster.
    approach_speed: float = _setting(
        1.0,
        1.0,
        4.0,
        "x",
        "How much faster than the demonstrations the base policy drives before the hand-off.",
    )
    # The way there is not what is practised: the base policy drives it as it was shown.
    gamma: float = _setting(
        0.999, 0.9, 1.0, "per step", "Discount of one control step; lower values prize speed more."
    )
    # At 0.99 a success is worth half of what it was 69 steps earlier: where pressing fast works in
    # every second attempt and with care nearly always, the gamble wins. At 0.998 saving 50 steps
    # is still worth failing in every tenth attempt.
    return_chunks: int = _setting(
        4,
        1,
        20,
        "chunks",
        "n-step returns: chunks of real outcome before the critics' own estimate takes over.",
    )
    tau: float = _setting(
        0.005, 0.0001, 1.0, "per update", "How far the target networks follow at each update."
    )
    learning_rate: float = _setting(
        3e-4, 1e-6, 1e-2, "", "Step size of Adam for actor and critics."
    )
    batch_size: int = _setting(128, 8, 1024, "windows", "How many windows one update looks at.")
    updates_per_transition: float = _setting(
        5.0, 0.1, 20.0, "updates", "Critic updates for each window that enters the replay."
    )
    max_backlog: int = _setting(
        2000,
        1,
        100_000,
        "updates",
        "Updates that may be owed at most; more is forgiven, for bursts make the actor drift.",
    )
    critic_updates_per_actor_update: int = _setting(
        2, 1, 10, "updates", "Critic updates for each actor update."
    )
    actor_average: float = _setting(
        0.001,
        0.0001,
        1.0,
        "per actor update",
        "How far the actor that plays follows the one that learns; 1 = they are the same.",
    )
    hidden: int = _setting(256, 8, 1024, "units", "Width of the two hidden layers of each network.")
    beta: float = _live(
        0.004, 0.0, 1.0, "per z^2", "Pull of the actor to the reference; 0 lets it drift away."
    )
    # To back off where the reference keeps pressing costs several z in every step of a chunk: at
    # 0.015 that is more than a success is worth.
    beta_early: float = _setting(
        0.004, 0.0, 1.0, "per z^2", "The same pull during the first online episodes."
    )
    early_episodes: int = _setting(
        50, 0, 10_000, "episodes", "Online episodes for which the early pull holds."
    )
    reference_dropout: float = _setting(
        0.5,
        0.0,
        1.0,
        "share",
        "Share of training samples whose reference the actor cannot see.",
    )
    warmup_episodes: int = _setting(
        30, 1, 1000, "episodes", "Labelled episodes of the base policy before the actor may drive."
    )
    warmup_updates: int = _setting(
        2000, 0, 100_000, "updates", "Updates before the first hand-off; many more make it worse."
    )
    pretrain_steps: int = _setting(
        2000, 0, 100_000, "updates", "Steps in which the actor first learns to copy the reference."
    )
    exploration_chunk: float = _live(
        0.1, 0.0, 3.0, "z", "Noise drawn once per chunk, so that whole chunks differ."
    )
    exploration_step: float = _live(
        0.05, 0.0, 1.0, "z", "Noise of each single step (the actor's fixed deviation)."
    )
    target_noise: float = _setting(
        0.05, 0.0, 1.0, "z", "Smoothing noise on the next chunk in critic targets, never explored."
    )
    target_noise_clip: float = _setting(0.1, 0.0, 2.0, "z", "Largest smoothing noise.")
    observation_noise: float = _setting(
        0.1,
        0.0,
        1.0,
        "deviations",
        "Noise on what the networks see while they learn, so that they do not know it by heart.",
    )
    target_low: float = _setting(
        0.0, -1000.0, 1000.0, "return", "Lower clip of critic targets: the worst possible return."
    )
    target_high: float = _setting(
        1.0, -1000.0, 1000.0, "return", "Upper clip of critic targets: the best possible return."
    )
    human_share: float = _setting(
        0.0, 0.0, 0.9, "share", "Share of each batch kept for windows a person drove; 0 = uniform."
    )
    human_replaces_reference: bool = _switch(
        False, "Show the actor a person's action as its reference (the paper) where one was given."
    )
    hand_off: str = _choice(
        "truth",
        ("truth", "suggestion", "operator"),
        "Who hands off where nobody attends: simulator, learned suggestion, or only a person.",
    )
    reward_from_suggestion: bool = _switch(
        False,
        "Attempts without a label are rewarded by the learned success suggestion when it is sure.",
    )
    fall_back_window: int = _setting(
        20,
        0,
        1000,
        "episodes",
        "Over so many the actor must keep up with the base; 0 = never asked.",
    )
    fall_back_rest: int = _setting(
        10, 1, 1000, "episodes", "The base policy drives so many when the actor did not keep up."
    )
    replay_capacity: int = _setting(
        200_000, 1000, 2_000_000, "windows", "Replay size; the oldest episodes leave first."
    )

    def __post_init__(self) -> None:
        """Refuse values outside their range, in words."""
        for item in fields(self):
            _check(item.name, getattr(self, item.name), item.metadata)
        if self.execute > self.chunk:
            msg = f"execute ({self.execute}) cannot be longer than chunk ({self.chunk})."
            raise ValueError(msg)
        if self.target_low >= self.target_high:
            msg = "target_low must be below target_high."
            raise ValueError(msg)

    @classmethod
    def for_task(cls, task: str, values: dict[str, Any]) -> Self:
        """What a run of the task begins with: its own defaults, and over them what is given."""
        return cls.from_dict(TASK_DEFAULTS.get(task, {}) | values)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Read a stored configuration; unknown names are refused."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            msg = f"Unknown RLT settings: {', '.join(unknown)}."
            raise ValueError(msg)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Every value by name, ready for JSON."""
        return asdict(self)


TASK_DEFAULTS: Mapping[str, dict[str, Any]] = {
    # One plug finds its one opening at twice the speed, too.
    "ethernet": {"reference_speed": 2.0},
    # Two prongs that meet their slots in haste make the charger slip in the gripper: slower and
    # closer to the reference it fails half as often.
    "charger": {"gamma": 0.9995, "beta": 0.006, "beta_early": 0.006},
}
"""By task, where something else than the common default learns better (`docs/log.md`)."""


def _check(name: str, value: Any, metadata: Mapping[str, Any]) -> None:  # noqa: ANN401
    if "among" in metadata and value not in metadata["among"]:
        msg = f"{name} must be one of {', '.join(metadata['among'])}, not {value}."
        raise ValueError(msg)
    if "low" not in metadata:
        return
    if not isinstance(value, int | float):
        msg = f"{name} must be a number, not {value!r}."
        raise ValueError(msg)
    if not metadata["low"] <= value <= metadata["high"]:
        msg = f"{name} must be between {metadata['low']} and {metadata['high']}, not {value}."
        raise ValueError(msg)


def _property(item: Any) -> dict[str, Any]:  # noqa: ANN401
    described: dict[str, Any] = {
        "description": item.metadata["help"],
        "default": item.default,
        "x-unit": item.metadata["unit"],
    }
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    described["type"] = kinds[type(item.default)]
    if "low" in item.metadata:
        described["minimum"] = item.metadata["low"]
        described["maximum"] = item.metadata["high"]
    if "among" in item.metadata:
        described["enum"] = list(item.metadata["among"])
    if item.metadata.get("live"):
        described["x-live"] = True
    return described


def schema() -> dict[str, Any]:
    """JSON Schema of `RltConfig`, in the order of its fields."""
    return {
        "title": "RLT",
        "type": "object",
        "additionalProperties": False,
        "properties": {item.name: _property(item) for item in fields(RltConfig)},
        "x-task-defaults": dict(TASK_DEFAULTS),
    }
