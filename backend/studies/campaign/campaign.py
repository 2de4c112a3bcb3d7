"""What belongs to a campaign, and which parts of it are still to be made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.rl.config import RltConfig
from backend.studies.lockstep.slot import Help, Regime
from backend.studies.training.plan import TrainingPlan

CONTROLS: dict[str, str] = {
    "rlt": "the algorithm as it is",
    "beta-0": "no pull to the reference",
    "token-zero": "the RL token is all zeros, in training and in evaluation",
    "token-noise": "the RL token is noise, in training and in evaluation",
    "helped": "the demonstrator takes over when an attempt takes long",
    "mislabelled": "5 % of the labels are wrong until half of the episodes are made",
}
HELP = Help(after=150, steps=80, again=150)
WRONG = 0.05


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """The product of its lists."""

    tasks: Sequence[str]
    regimes: Sequence[Regime]
    seeds: Sequence[int]
    controls: Sequence[str]
    episodes: int
    configs: Mapping[str, RltConfig]
    """By task."""
    watch_every: int = 50
    watch_episodes: int = 50
    final_episodes: int = 100
    critical_first: int = 0
    both: bool = False

    def parts(self) -> Iterator[tuple[str, TrainingPlan]]:
        """Every training with the name of its folder; seeds last, so that tables fill evenly."""
        for seed in self.seeds:
            for task in self.tasks:
                for regime in self.regimes:
                    for control in self.controls:
                        name = f"{task}-{regime}-{control}-{seed}"
                        yield name, self._plan(task, regime, control, seed)

    def _plan(self, task: str, regime: Regime, control: str, seed: int) -> TrainingPlan:
        plan = TrainingPlan(
            task=task,
            regime=regime,
            episodes=self.episodes,
            seed=seed,
            config=self.configs[task],
            watch_every=self.watch_every,
            watch_episodes=self.watch_episodes,
            final_episodes=self.final_episodes,
            critical_first=self.critical_first if regime == "full" else 0,
            both=self.both,
        )
        if control == "beta-0":
            return replace(plan, config=replace(plan.config, beta=0.0, beta_early=0.0))
        if control == "token-zero":
            return replace(plan, sight="zero")
        if control == "token-noise":
            return replace(plan, sight="noise")
        if control == "helped":
            return replace(plan, help=HELP)
        if control == "mislabelled":
            return replace(plan, wrong_labels=WRONG, correct_at=self.episodes // 2)
        return plan
