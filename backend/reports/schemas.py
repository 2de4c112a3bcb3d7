"""Reports as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from backend.kit.schemas import Schema

DEFINITION = {
    "bin": "An episode counts in the bin of the clock in which it ended (ended_at, UTC).",
    "successes": "Episodes whose newest label says success.",
    "failures": "Episodes whose newest label says failure.",
    "unlabelled": "Episodes without a label, or whose only label was undone. Never failures.",
    "discarded": "Episodes labelled discard. They count nowhere else.",
    "success_rate": "successes / (successes + failures).",
    "wilson": "95 % Wilson score interval of success_rate.",
    "active_seconds": "Sum of critical_steps / 50 over successes and failures: robot time in the "
    "evaluated phase, added up over robots.",
    "wall_seconds": "Clock time in the bin between the begin of the reset before the first chosen "
    "episode and the end of the last one, both inside from..to. Nothing is taken off: resets, "
    "waiting, pauses and stops count. Not multiplied by the number of robots.",
    "per_10min_active": "successes · 600 / active_seconds.",
    "per_10min_active_interval": "95 % interval of per_10min_active: ratio estimate with attempts "
    "as independent draws.",
    "per_10min_wall": "successes · 600 / wall_seconds.",
    "median_steps": "Median of critical_steps over successes: exact below 128 steps, within 0.8 % "
    "above (from a histogram that is kept for each ten minutes).",
    "interventions": "Times a person took over, all chosen episodes.",
    "robot_seconds": "Steps of all chosen episodes / 50 and their resets, added up over robots: "
    "time in which the robots worked.",
    "label_lag_seconds": "Mean time from the end of an episode to its first label, of those that "
    "are labelled.",
    "corrected": "Episodes whose label was changed after the first one. All figures follow the "
    "newest label at once.",
    "by_policy": "Newest actor version in the episode, cut to its first two figures; 0: none.",
    "references": "Recorded figures of the task for the same regime, not of this selection.",
}
"""Every figure in words. Travels with the numbers."""


# Dataclasses, since a report may have a thousand of them, and models take longer to make.


@dataclass(slots=True, kw_only=True)
class Figures:
    """The figures of one selection of episodes; `definition` says what each means."""

    episodes: int
    successes: int
    failures: int
    unlabelled: int
    discarded: int
    success_rate: float | None
    wilson: tuple[float, float] | None
    active_seconds: float
    per_10min_active: float | None
    per_10min_active_interval: tuple[float, float] | None
    median_steps: float | None
    interventions: int
    robot_seconds: float
    label_lag_seconds: float | None
    corrected: int
    automatic_labels: Annotated[
        int, Field(description="Of the successes and failures, those judged by a program.")
    ]


@dataclass(slots=True, kw_only=True)
class ClockFigures(Figures):
    """Figures of a stretch of time."""

    wall_seconds: float
    per_10min_wall: float | None


@dataclass(slots=True, kw_only=True)
class Bin(ClockFigures):
    """One bin of the clock."""

    start: datetime
    seconds: Annotated[float, Field(description="Length of the bin inside from..to.")]


@dataclass(slots=True, kw_only=True)
class Row(Figures):
    """One row of a table."""

    key: str
    name: str
    upto: Annotated[
        int | None,
        Field(description="by_policy: the last version of the row; `key` is the first."),
    ] = None


class TimeSplit(Schema):
    """Where the robots' time went, all chosen episodes, added up over robots."""

    active_seconds: float
    approach_seconds: float = Field(description="Before the hand-off.")
    reset_seconds: float
    rest_seconds: float = Field(
        description="Clock time between the first reset and the last end of each robot, less the "
        "three above: waiting for people, paused, stopped."
    )


class Histogram(Schema):
    """Steps of the evaluated phase of successes, by who drove."""

    width: int = Field(description="Steps per bar.")
    base: list[int] = Field(description="Base policy alone.")
    rl: list[int] = Field(description="The actor drove, no person.")
    human: list[int] = Field(description="A person drove at least one step.")


class Reference(Schema):
    """A recorded figure to compare with."""

    median_steps: float | None = None
    per_10min: float | None = None


class Throughput(Schema):
    """The report."""

    definition: dict[str, str]
    begin: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    bin_seconds: int
    summary: ClockFigures
    bins: list[Bin]
    references: dict[str, Reference] = Field(description="base and teleop, where recorded.")
    by_task: list[Row]
    by_robot: list[Row]
    by_run: list[Row]
    by_policy: list[Row] = Field(description="By newest actor version in the episode.")
    by_labeller: list[Row]
    time_split: TimeSplit
    steps: Histogram
    computed_at: datetime
    revision: int = Field(description="Number of labels stored so far; a relabel changes it.")
