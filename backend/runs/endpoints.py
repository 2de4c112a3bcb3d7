"""Runs, curves and checkpoints over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, status

from backend.audit.schemas import AuditRow
from backend.runs import algorithms, service
from backend.runs.schemas import (
    CheckpointItem,
    Curves,
    NewRun,
    RunItem,
    SuggestionItem,
    TuningChanges,
)
from backend.web.deps import Reader, RunManager, Unit

router = APIRouter(tags=["runs"])


def now(request: Request) -> datetime:
    """The time by the clock of the running process."""
    moment: datetime = request.app.state.clock.now()
    return moment


Now = Annotated[datetime, Depends(now)]


@router.get("/runs")
async def list_runs(_person: Reader, session: Unit, task: str | None = None) -> list[RunItem]:
    """All runs, newest first."""
    return await service.read_all(session, task)


@router.post("/runs", status_code=status.HTTP_201_CREATED)
async def create_run(person: RunManager, session: Unit, moment: Now, new: NewRun) -> RunItem:
    """Make a run. The settings are checked against the algorithm's schema."""
    return await service.create(session, person, new, moment)


@router.get("/runs/schema/{algorithm}")
async def read_schema(_person: Reader, algorithm: str, task: str | None = None) -> dict[str, Any]:
    """JSON Schema of an algorithm's settings, for a form: unit, range, default, explanation.

    Some tasks have defaults of their own.
    """
    return algorithms.schema(algorithm, task)


@router.get("/runs/{run_id}")
async def read_run(_person: Reader, session: Unit, run_id: UUID) -> RunItem:
    """One run."""
    return await service.read(session, run_id)


@router.get("/runs/{run_id}/metrics")
async def read_metrics(
    _person: Reader,
    session: Unit,
    run_id: UUID,
    names: Annotated[str, Query(description="Comma-separated; empty means all.")] = "",
    since: Annotated[int, Query(ge=0, lt=2**63, description="Only points above this id.")] = 0,
    max_points: Annotated[int, Query(ge=2, le=5000)] = 500,
) -> Curves:
    """Curves of a run."""
    return await service.curves(session, run_id, names, since, max_points)


@router.get("/runs/{run_id}/events")
async def read_events(
    _person: Reader,
    session: Unit,
    run_id: UUID,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> list[AuditRow]:
    """What happened to a run and in its attempts: changes, hand-offs, take-overs, labels."""
    return await service.events(session, run_id, limit)


@router.get("/runs/{run_id}/suggestion")
async def read_suggestion(_person: Reader, session: Unit, run_id: UUID) -> SuggestionItem | None:
    """What was learned from people in a run, and how far it can be believed; null: nothing yet."""
    return await service.suggestion(session, run_id)


@router.patch("/runs/{run_id}/tuning")
async def tune_run(
    person: RunManager, session: Unit, moment: Now, run_id: UUID, changes: TuningChanges
) -> RunItem:
    """Change settings of a run that goes on; learner and robots follow before their next step."""
    return await service.tune(session, person, run_id, changes, moment)


@router.post("/runs/{run_id}/follow")
async def follow_newest(person: RunManager, session: Unit, moment: Now, run_id: UUID) -> RunItem:
    """Let the newest actor play again."""
    return await service.follow(session, person, run_id, moment)


@router.post("/runs/{run_id}/{deed}")
async def steer_run(
    person: RunManager,
    session: Unit,
    moment: Now,
    run_id: UUID,
    deed: Literal["pause", "resume", "stop"],
) -> RunItem:
    """Pause, resume or stop a run. While it is paused no episode starts."""
    return await service.steer(session, person, run_id, deed, moment)


@router.get("/checkpoints")
async def list_checkpoints(
    _person: Reader, session: Unit, run: UUID | None = None
) -> list[CheckpointItem]:
    """Published actors, newest first."""
    found = await service.checkpoints(session, run)
    return [CheckpointItem.model_validate(one) for one in found]


@router.post("/checkpoints/{checkpoint_id}/promote")
async def promote_checkpoint(
    person: RunManager, session: Unit, moment: Now, checkpoint_id: UUID
) -> CheckpointItem:
    """Let this actor play rather than the newest, until `follow`; learning goes on from it."""
    found = await service.promote(session, person, checkpoint_id, moment)
    await session.refresh(found)
    return CheckpointItem.model_validate(found)
