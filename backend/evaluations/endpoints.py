"""Evaluations over HTTP."""

from uuid import UUID

from fastapi import APIRouter, status

from backend.evaluations import service
from backend.evaluations.schemas import (
    EvaluationDetail,
    EvaluationItem,
    Evaluations,
    NewEvaluation,
)
from backend.runs.endpoints import Now
from backend.web.deps import Reader, RunManager, Unit

router = APIRouter(prefix="/runs/{run_id}/evaluations", tags=["evaluations"])


@router.get("")
async def list_evaluations(_person: Reader, session: Unit, run_id: UUID) -> Evaluations:
    """The evaluations of a run's checkpoints, newest first, without their attempts."""
    return await service.read_all(session, run_id)


@router.post("", status_code=status.HTTP_201_CREATED)
async def ask_for_evaluation(
    person: RunManager, session: Unit, moment: Now, run_id: UUID, new: NewEvaluation
) -> EvaluationItem:
    """Play a checkpoint on fixed simulated starts, after those that were asked for before."""
    return await service.ask(session, person, run_id, new, moment)


@router.get("/{evaluation_id}")
async def read_evaluation(
    _person: Reader, session: Unit, run_id: UUID, evaluation_id: UUID
) -> EvaluationDetail:
    """One evaluation with every attempt."""
    return await service.read(session, run_id, evaluation_id)


@router.delete("/{evaluation_id}")
async def cancel_evaluation(
    person: RunManager, session: Unit, moment: Now, run_id: UUID, evaluation_id: UUID
) -> EvaluationItem:
    """Call an evaluation off, whether it waits or is being played."""
    return await service.cancel(session, person, run_id, evaluation_id, moment)
