"""Episodes as JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from backend.kit.schemas import Schema
from backend.labels.schemas import LabelItem, Outcome

Regime = Literal["critical", "full"]
OutcomeFilter = Literal["success", "failure", "discard", "unlabelled"]


class RobotRef(Schema):
    """The robot of an episode."""

    id: UUID
    name: str


class RunRef(Schema):
    """The run of an episode."""

    id: UUID
    number: int
    name: str


class EpisodeItem(Schema):
    """One attempt."""

    id: UUID
    number: int
    robot: RobotRef
    task_id: str
    run: RunRef | None
    regime: Regime
    started_at: datetime
    ended_at: datetime
    started_by: str
    steps: int
    critical_steps: int = Field(description="Steps from the hand-off on.")
    active_seconds: float = Field(description="critical_steps at the control rate.")
    ended_by: str
    truncated: bool
    policy_version: int = Field(description="Newest actor that made a step; 0: base and people.")
    hand_off_step: int = Field(description="First step of the precise part; -1 if never.")
    interventions: int
    human_steps: int
    reset_seconds: float
    peak_force: float = Field(description="Newton.")
    outcome: Outcome | None = Field(description="Null while unlabelled.")
    label: LabelItem | None = Field(description="The label that counts.")
    cameras: list[str]


class EpisodePage(Schema):
    """Newest first."""

    items: list[EpisodeItem]
    next_before: int | None = Field(description="Pass as `before` for the next page.")


class SuggestedItem(Schema):
    """What was suggested of an attempt that nobody had judged; shown after the judgement."""

    success: float = Field(description="Probability.")
    outcome: Outcome
    agrees: bool = Field(description="With the label that counts.")
    version: int = Field(description="Of the run's suggestions.")
    attempts: int = Field(description="Judged attempts that it was learned from.")
    calibration_error: float = Field(description="Of this version, on attempts it had not seen.")


class SegmentItem(Schema):
    """A maximal stretch of one phase, steps [start, end)."""

    phase: str
    start_step: int
    end_step: int
    policy_version: int


class Signals(Schema):
    """Curves of an episode, at most 200 points."""

    names: list[str]
    rows: list[tuple[int, list[float]]] = Field(description="[step, [value of each name]].")


class EpisodeDetail(EpisodeItem):
    """One attempt with everything that replaying and judging it needs."""

    seed: int
    file_sha256: str
    file_bytes: int
    segments: list[SegmentItem]
    labels: list[LabelItem] = Field(description="All judgements, oldest first.")
    frames: dict[str, list[int]] = Field(description="Steps with a picture, by camera.")
    signals: Signals
    control_hz: int
