"""The studies' answers on one page, beside the paper's: one row for each task and regime. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.studies import bars

PAPER: Mapping[tuple[str, str], str] = {
    ("ethernet", "critical"): "147 → 400 per 10 min; median steps 228 → 66, teleoperation 146",
    ("charger", "critical"): "136 → 600 per 10 min",
    ("screw", "critical"): "20 → 65 %; 1.7 → 14 per 10 min",
    ("zip_tie", "critical"): "“pronounced”",
    ("ethernet", "full"): "success maintained, faster",
    ("charger", "full"): "success maintained, faster",
    ("screw", "full"): "“+ 40 %”",
    ("zip_tie", "full"): "“+ 60 %”",
}
"""What RLT (arXiv 2604.23073) reports of its four real tasks, in the order of the page.

Throughputs and the screw's 1.7 and 14 are second-hand from its figures and blog.
"""
NAMES = {"ethernet": "Ethernet", "charger": "charger", "screw": "screw", "zip_tie": "zip tie"}
POLICIES = ("base VLA", "base at its best pace", "demonstrator", "RLT")
HEADER = (
    "| task, regime | base VLA | base at its best pace | copy | demonstrator | RLT | × base "
    "| × best base | steps, × base | practice: attempts, robot min, wall-clock min | the paper |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)
Cell = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One task in one regime, and the study that asked."""

    task: str
    regime: str
    study: str
    cell: Cell

    @property
    def name(self) -> str:
        """As the page calls it."""
        return f"{NAMES[self.task]}, {self.regime}"

    def policy(self, name: str | None) -> Cell | None:
        """A policy's figures, where it took part."""
        found: Cell | None = self.cell["policies"].get(name) if name else None
        return found

    @property
    def shown(self) -> tuple[Cell | None, ...]:
        """Figures of `POLICIES`."""
        names = (self.cell["base"], self.cell["best_base"], "expert", "best")
        return tuple(self.policy(name) for name in names)


def answers(tables: Mapping[str, Mapping[str, Any]]) -> list[Answer]:
    """From the tables of studies by name: RLT as it is, without controls, in the paper's order."""
    plain = sorted(_plain(tables), key=lambda one: one.cell["practised_in"] == one.regime)
    # Of two trainings the later counts: the one that practised what is asked.
    found = {(one.task, one.regime): one for one in plain}
    return [found[key] for key in PAPER if key in found]


def _plain(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    for study, table in tables.items():
        for name, cell in table["trainings"].items():
            # A study of several controls has the plain training only to compare with.
            plain = name.startswith(f"{cell['task']}-{cell['practised_in']}-rlt")
            if plain and study == cell["task"]:
                yield Answer(task=cell["task"], regime=cell["regime"], study=study, cell=cell)


def markdown(found: Sequence[Answer], command: str) -> str:
    """The page."""
    lines = [_line(one) for one in found]
    return (
        "\n\n".join(
            [
                "# RLT beside its base policy",
                f"`{command}`, from the tables of `rlt study` in these folders. A policy's cell is "
                "success, median steps of successes, successes per ten minutes of robot time; "
                "95 % intervals, whole rows and learning curves stand in the study's own page. "
                "RLT is the best checkpoint on watched starts, played on fresh ones, all seeds "
                "together; every success was audited.",
                "![successes per ten minutes](headline.svg)",
                "\n".join([HEADER, *lines]),
            ]
        )
        + "\n"
    )


def picture(found: Sequence[Answer]) -> str:
    """Throughput of base, best base, demonstrator and RLT as bars."""
    return bars.svg(
        "Successes per ten minutes of robot time",
        "fresh starts, all seeds together; lines are 95 % intervals",
        POLICIES,
        [bars.Group(name=one.name, bars=[_bar(cell) for cell in one.shown]) for one in found],
    )


def _bar(cell: Cell | None) -> bars.Bar | None:
    if cell is None:
        return None
    value = cell["active_throughput_per_10min"]
    return bars.Bar(value=value, interval=cell["active_throughput_interval"])


def _line(one: Answer) -> str:
    base, fastest, expert, best = one.shown
    copy, cell = one.policy("copy"), one.cell
    practice = ", ".join(
        _span(values, digits)
        for values, digits in (
            (cell["attempts"], 0),
            (cell["robot_minutes"], 1),
            ([seconds / 60 for seconds in cell["seconds"]], 0),
        )
    )
    pace = f" ({cell['best_base'].removeprefix('base ')})" if fastest else ""
    return (
        f"| [{one.name}]({one.study}/README.md) | {_figures(base)} | {_figures(fastest)}{pace} "
        f"| {_figures(copy)} | {_figures(expert)} | **{_figures(best)}** "
        f"| {_gain(best, 'over_base')} | {_gain(best, 'over_best_base')} "
        f"| {_gain(best, 'over_base', 'steps')} | {practice} | {PAPER[one.task, one.regime]} |"
    )


def _figures(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    steps = "–" if cell["median_steps"] is None else f"{cell['median_steps']:.0f}"
    return f"{cell['success_rate']:.0%} / {steps} / {cell['active_throughput_per_10min']:.0f}"


def _gain(cell: Cell | None, over: str, what: str = "throughput") -> str:
    if cell is None or cell[over] is None:
        return "–"
    return f"{cell[over][what]:.2f}"


def _span(values: Sequence[float], digits: int) -> str:
    low, high = f"{min(values):.{digits}f}", f"{max(values):.{digits}f}"
    return low if low == high else f"{low}–{high}"
