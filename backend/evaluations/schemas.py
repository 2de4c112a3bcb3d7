"""Evaluations as JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from backend.kit.schemas import Body, Schema

LEAST_STARTS, MOST_STARTS = 10, 200
MOST_SEED = 899
"""Set 900 is the one that trainings watch; beyond it come their own seeds."""

Regime = Literal["critical", "full"]
State = Literal["queued", "running", "finished", "failed", "cancelled"]
Refusal = Literal["", "no_actor", "real_robot"]


class Standing(Schema):
    """How far it is."""

    done: int = Field(0, description="Attempts made, by all who play.")
    of: int = Field(0, description="Attempts to be made; 0 before the first.")
    seconds_left: float = 0.0
    policies: dict[str, tuple[int, int]] = Field({}, description="Successes and attempts by name.")


class EvaluationItem(Schema):
    """One evaluation."""

    id: UUID
    run_id: UUID
    version: int = Field(description="Of the checkpoint.")
    regime: Regime
    starts: int
    seed: int = Field(description="Which set of starts; equal sets are equal starts.")
    with_base: bool
    with_expert: bool
    state: State
    progress: float = Field(description="Share of all attempts that are made, 0 to 1.")
    standing: Standing
    command: str = Field(description="Repeats it at the command line; empty before it is taken.")
    report: dict[str, Any] | None = Field(
        description="What `rlt evaluate --json` writes, without the attempts."
    )
    problem: str = Field(description="Why it failed; empty otherwise.")
    created_by: str | None = Field(description="User name.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EvaluationDetail(EvaluationItem):
    """One evaluation with its attempts."""

    attempts: dict[str, list[dict[str, Any]]] | None = Field(description="By policy.")


class Evaluations(Schema):
    """All evaluations of a run, newest first."""

    refused: Refusal = Field(description="Why no further one can be asked for; empty: it can.")
    items: list[EvaluationItem]


class NewEvaluation(Body):
    """An evaluation to be made."""

    version: int | None = Field(None, ge=1, description="Null: the checkpoint that plays now.")
    regime: Regime | None = Field(None, description="Null: the run's own.")
    starts: int = Field(50, ge=LEAST_STARTS, le=MOST_STARTS)
    seed: int = Field(0, ge=0, le=MOST_SEED, description="Which set of starts.")
    with_base: bool = Field(True, description="The base policy plays the same starts.")
    with_expert: bool = Field(False, description="The demonstrator plays the same starts.")
