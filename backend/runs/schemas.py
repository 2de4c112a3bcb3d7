"""Runs, curves and checkpoints as JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from backend.kit.schemas import Body, Line, Schema

State = Literal["running", "paused", "stopped", "finished"]
RunKind = Literal["training", "evaluation"]


class TuningItem(Schema):
    """What a person changed while the run goes on; null: as configured."""

    beta: float | None = None
    exploration_chunk: float | None = None
    exploration_step: float | None = None
    learning_paused: bool = False
    actor_frozen: bool = False


class TuningChanges(Body):
    """Changes of a run that goes on. Fields left out stay; null goes back to the configuration."""

    beta: float | None = Field(None, description="Pull to the reference, early episodes included.")
    exploration_chunk: float | None = Field(None, description="Noise of a whole chunk, z.")
    exploration_step: float | None = Field(None, description="Noise of each step, z.")
    learning_paused: bool | None = Field(None, description="Nothing trains; robots go on.")
    actor_frozen: bool | None = Field(None, description="Critics learn on, the actor stays.")


class RunItem(Schema):
    """One campaign."""

    id: UUID
    number: int
    name: str
    task_id: str
    kind: RunKind
    regime: Literal["critical", "full"]
    algorithm: str
    config: dict[str, Any] = Field(description="The whole configuration, defaults filled in.")
    tuning: TuningItem = Field(description="What a person changed since; null: as configured.")
    seed: int
    code_revision: str
    state: State
    created_by: str | None = Field(description="User name.")
    created_at: datetime
    ended_at: datetime | None
    robot_ids: list[UUID] = Field(description="Robots whose new episodes belong to this run.")
    episodes: int
    successes: int
    active_seconds: float = Field(description="Robot time in the precise part, all episodes.")
    newest_version: int = Field(description="Newest published actor; 0: none yet.")
    promoted_version: int | None = Field(description="Actor chosen by a person; null: newest.")


class NewRun(Body):
    """A run to be made."""

    name: Line = ""
    task_id: Line
    kind: RunKind = "training"
    regime: Literal["critical", "full"] = "critical"
    algorithm: Line = "rlt"
    config: dict[str, Any] = Field({}, description="Settings that differ from the defaults.")
    seed: int = Field(0, ge=0, lt=2**31)
    robot_ids: list[UUID] = Field([], max_length=100)


class CheckpointItem(Schema):
    """A published actor."""

    id: UUID
    run_id: UUID
    version: int
    actor_sha256: str
    updates: int
    transitions: int
    lock_sha256: str = Field(description="Hash over VLA, token, normalisation and action space.")
    metrics: dict[str, Any]
    promoted: bool = Field(description="Chosen by a person; plays rather than the newest.")
    created_at: datetime


class HandOffFigures(Schema):
    """Suggested against recorded switches, each attempt held out from what judged it."""

    attempts: int
    switches: int
    suggestions: int
    right: int = Field(description="Suggested within `within_steps` of the switch.")
    within_steps: int
    threshold: float
    consecutive: int = Field(description="Chunk boundaries at which it has to be likely.")
    offset_quartiles: list[float] = Field([], description="Suggestion after switch, steps.")
    precision: float | None = Field(description="Right of the suggestions.")
    precision_interval: tuple[float, float] | None
    recall: float | None = Field(description="Right of the switches.")
    recall_interval: tuple[float, float] | None


class ReliabilityRow(Schema):
    """Attempts whose probability lies in [low, high)."""

    low: float
    high: float
    attempts: int
    probability: float = Field(description="Mean of these attempts.")
    successes: int


class SuccessFigures(Schema):
    """Suggested success against labels, each attempt held out from what judged it."""

    attempts: int
    successes: int
    agreed: int
    agreement_interval: tuple[float, float] | None
    brier: float = Field(description="Mean squared error of the probability.")
    brier_of_rate: float = Field(description="Of always saying the rate of successes.")
    calibration_error: float = Field(description="Expected calibration error.")
    reliability: list[ReliabilityRow]


class SaidFigures(Schema):
    """What was suggested of new attempts, before their labels were known to it."""

    automatic: bool = Field(description="Against labels by programs rather than by people.")
    attempts: int
    agreed: int
    interval: tuple[float, float] | None
    brier: float


class SuggestionItem(Schema):
    """What was learned from people in a run; never a reward."""

    id: UUID
    version: int
    attempts: int = Field(description="Judged attempts that it was learned from.")
    created_at: datetime
    hand_off: HandOffFigures | None = Field(description="Null: too few switches yet.")
    success: SuccessFigures | None = Field(description="Null: too few of one outcome yet.")
    said: list[SaidFigures]


class Curves(Schema):
    """Curves of a run, thinned out to at most `max_points` each; the newest point is kept."""

    series: dict[str, list[tuple[int, float, int, float]]] = Field(
        description="By name: [point id, seconds since the epoch, updates, value]."
    )
