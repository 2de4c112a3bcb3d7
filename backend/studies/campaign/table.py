"""Many trainings as one table: by task, regime and control, over all seeds. Pure."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backend.studies.campaign.digest import Digest, rows_of
from backend.studies.evaluation.figures import figures, gains
from backend.studies.evaluation.pace import BASE
from backend.studies.training.plan import BEST_BY

if TYPE_CHECKING:
    from backend.studies.evaluation.attempts import Row

LEARNED = ("best", "last")
SHOWN = (
    "episodes", "success_rate", "success_interval", "median_steps", "active_throughput_per_10min",
    "active_throughput_interval", "peak_force_median", "interventions",
)  # fmt: skip
HEADER = (
    "| policy | attempts | success | steps (quartiles) | successes per 10 min | × base "
    "| × best base | steps × base |\n|---|---|---|---|---|---|---|---|"
)
Cell = dict[str, Any]


def summary(digests: Sequence[Digest], regime: str) -> Cell:
    """One cell of the table: the same training with several seeds, compared in one regime."""
    finals = [one["finals"][regime] for one in digests]
    attempts: dict[str, list[Row]] = {}
    for final in finals:
        for name, policy in final["policies"].items():
            attempts.setdefault(name, []).extend(rows_of(policy))
    policies = {name: figures(rows) for name, rows in attempts.items()}
    base, best_base = BASE if BASE in policies else None, _fastest(policies)
    for name, one in policies.items():
        mine = [final["policies"][name] for final in finals if name in final["policies"]]
        one["false_successes"] = sum(policy["audit"]["false"] for policy in mine)
        one["by_seed"] = [{key: policy[key] for key in SHOWN} for policy in mine]
        one["over_base"] = gains(attempts[name], attempts[base]) if base else None
        one["over_best_base"] = gains(attempts[name], attempts[best_base]) if best_base else None
    # Curves are of the regime of practice, and so is what they pass.
    here = all(one["regime"] == regime for one in digests)
    return {
        "task": digests[0]["task"],
        "regime": regime,
        "practised_in": digests[0]["regime"],
        "seeds": [one["seed"] for one in digests],
        "attempts": [one["practice"]["attempts"] for one in digests],
        "best_after": [best_after(one) for one in digests],
        "interventions": [one["practice"]["interventions"] for one in digests],
        "robot_minutes": [one["active_robot_minutes"] for one in digests],
        "seconds": [one["seconds"] for one in digests],
        "base": base,
        "best_base": best_base,
        "passes_base_after_minutes": [passes(one, base) for one in digests if here],
        "passes_best_base_after_minutes": [passes(one, best_base) for one in digests if here],
        "policies": policies,
        "alarms": [line for final in finals for line in final["alarms"]],
    }


def best_after(digest: Digest) -> int | None:
    """Attempts that the best checkpoint had practised: the first of equals, as it was kept."""
    best = max(digest["watched"], key=lambda one: one[BEST_BY], default=None)
    return None if best is None else best["episode"]


def passes(digest: Digest, other: str | None) -> float | None:
    """Robot minutes after which watched throughput stays above that of another policy."""
    policies = digest["finals"][digest["regime"]]["policies"]
    if other not in policies:
        return None
    level = policies[other]["active_throughput_per_10min"]
    since: float | None = None
    for watched in digest["watched"]:
        above = watched["active_throughput_per_10min"] > level
        since = (watched["active_minutes"] if since is None else since) if above else None
    return since


def markdown(name: str, table: Mapping[str, Any]) -> str:
    """The table for people, with a picture of each group of trainings."""
    parts = [
        f"# {name}",
        f"`{table['command']}`, revision `{table['revision'][:10]}`, made by the command itself. "
        "Intervals are 95 %. *best*: the checkpoint with the best throughput, resets included, "
        "on the watched starts; *last*: where training ended; *copy*: an actor that only imitates "
        "the reference.",
    ]
    for group, cell in table["trainings"].items():
        parts += [f"## {group}", _about(cell)]
        if cell["passes_base_after_minutes"]:
            parts.append(f"![learning curves]({group}.svg)")
        rows = [_line(who, one) for who, one in cell["policies"].items()]
        parts.append("\n".join([HEADER, *rows]))
        parts += [f"Alarm: {line}" for line in cell["alarms"]]
    return "\n\n".join(parts) + "\n"


def _about(cell: Cell) -> str:
    def each(values: Sequence[float | None], digits: int) -> str:
        return ", ".join("never" if value is None else f"{value:.{digits}f}" for value in values)

    text = (
        f"Seeds {each(cell['seeds'], 0)}; {each(cell['attempts'], 0)} attempts in "
        f"{each(cell['robot_minutes'], 1)} active robot minutes; trained and watched in "
        f"{each([seconds / 60 for seconds in cell['seconds']], 0)} minutes of wall-clock time. "
        f"The demonstrator took over {each(cell['interventions'], 0)} times. "
        f"False successes: {sum(one['false_successes'] for one in cell['policies'].values())}."
    )
    if None not in cell["best_after"]:
        text += f" Best checkpoint after {each(cell['best_after'], 0)} attempts."
    if cell["passes_base_after_minutes"]:
        text += (
            f" Robot minutes after which watched throughput stays above {cell['base']}: "
            f"{each(cell['passes_base_after_minutes'], 1)}; above {cell['best_base']}: "
            f"{each(cell['passes_best_base_after_minutes'], 1)}."
        )
    return text


def _line(who: str, one: Cell) -> str:
    low, high = one["success_interval"]
    steps = "–"
    if one["median_steps"] is not None:
        steps = f"{one['median_steps']:.0f} ({_range(one['steps_quartiles'], 0)})"
    return (
        f"| {who} | {one['episodes']} | {one['success_rate']:.1%} ({low:.0%} to {high:.0%}) "
        f"| {steps} | {one['active_throughput_per_10min']:.0f} "
        f"({_range(one['active_throughput_interval'], 0)}) | {_times(one['over_base'])} "
        f"| {_times(one['over_best_base'])} | {_times(one['over_base'], 'steps')} |"
    )


def _times(gain: Cell | None, what: str = "throughput") -> str:
    if gain is None:
        return "–"
    return f"{gain[what]:.2f} ({_range(gain[f'{what}_interval'], 2)})"


def _range(bounds: Sequence[float] | None, digits: int) -> str:
    return "–" if bounds is None else f"{bounds[0]:.{digits}f} to {bounds[1]:.{digits}f}"


def _fastest(policies: Mapping[str, Cell]) -> str | None:
    """The base policy at its best pace."""
    rates = {
        name: one["active_throughput_per_10min"]
        for name, one in policies.items()
        if name.startswith("base ")
    }
    return max(rates, key=lambda name: rates[name], default=None)
