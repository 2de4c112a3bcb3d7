"""Asking for evaluations, reading them, calling them off."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Session
from backend.errors import Conflict, NotFound, TooMany
from backend.evaluations import repository
from backend.evaluations.repository import EvaluationRow
from backend.evaluations.schemas import (
    EvaluationDetail,
    EvaluationItem,
    Evaluations,
    NewEvaluation,
    Refusal,
)
from backend.kit.ids import uuid7
from backend.models import Evaluation, Run
from backend.models.evaluation import WAITING_STATES
from backend.runs import repository as runs
from backend.web.sessions import Identity

Item = TypeVar("Item", bound=EvaluationItem)

MOST_WAITING = 20
"""One is played at a time: who comes after so many would wait for hours."""

REFUSALS: dict[Refusal, str] = {
    "no_actor": "Run {number} has published no actor yet: let it learn first.",
    "real_robot": (
        "A real robot practises run {number}, and nobody but a person can lay out its starts: "
        "promote the checkpoint, play its attempts by hand and read them in the report."
    ),
}


async def ask(
    session: Session, person: Identity, run_id: UUID, new: NewEvaluation, now: datetime
) -> EvaluationItem:
    """Queue one evaluation."""
    run = await _run(session, run_id)
    refused = await _refusal(session, run_id)
    if refused:
        raise Conflict(REFUSALS[refused].format(number=run.number), reason=refused)
    version = new.version or await repository.current_version(session, run_id)
    if version is None or not await repository.has_version(session, run_id, version):
        raise NotFound(f"Run {run.number} has no checkpoint {version}: its page lists those kept.")
    if await repository.waiting(session) >= MOST_WAITING:
        raise TooMany(f"{MOST_WAITING} evaluations wait already: let some end, or cancel them.")
    row = Evaluation(
        id=uuid7(),
        run_id=run_id,
        version=version,
        regime=new.regime or run.regime,
        starts=new.starts,
        seed=new.seed,
        with_base=new.with_base,
        with_expert=new.with_expert,
        created_by=person.id,
        created_at=now,
    )
    await repository.store(session, row)
    await _record(session, person, "evaluation_asked", now, run, row)
    return await read_item(session, row.id)


async def read_all(session: Session, run_id: UUID) -> Evaluations:
    """All evaluations of a run, and whether another can be asked for."""
    await _run(session, run_id)
    rows = await repository.of_run(session, run_id)
    return Evaluations(
        refused=await _refusal(session, run_id), items=[_item(EvaluationItem, row) for row in rows]
    )


async def read(session: Session, run_id: UUID, evaluation_id: UUID) -> EvaluationDetail:
    """One evaluation of a run with its attempts."""
    row = await repository.whole(session, evaluation_id)
    if row is None or row[0].run_id != run_id:
        raise NotFound("This run has no such evaluation.")
    return _item(EvaluationDetail, row)


async def read_item(session: Session, evaluation_id: UUID) -> EvaluationItem:
    """One evaluation as lists and open pages show it."""
    row = await repository.one(session, evaluation_id)
    if row is None:
        raise NotFound("There is no such evaluation.")
    return _item(EvaluationItem, row)


async def cancel(
    session: Session, person: Identity, run_id: UUID, evaluation_id: UUID, now: datetime
) -> EvaluationItem:
    """Call one off; the evaluator lets go of it at once."""
    run = await _run(session, run_id)
    row = await repository.locked(session, evaluation_id)
    if row is None or row.run_id != run_id:
        raise NotFound("This run has no such evaluation.")
    if row.state not in WAITING_STATES:
        raise Conflict(f"This evaluation is {row.state}: nothing is left to cancel.")
    row.state, row.worker, row.ended_at = "cancelled", None, now
    await repository.store(session, row)
    await _record(session, person, "evaluation_cancelled", now, run, row)
    return await read_item(session, evaluation_id)


async def _run(session: Session, run_id: UUID) -> Run:
    row = await runs.run(session, run_id)
    if row is None:
        raise NotFound("There is no such run.")
    return row[0]


async def _refusal(session: Session, run_id: UUID) -> Refusal:
    if await repository.met_real_robot(session, run_id):
        return "real_robot"
    if await repository.current_version(session, run_id) is None:
        return "no_actor"
    return ""


async def _record(
    session: Session, person: Identity, action: str, now: datetime, run: Run, row: Evaluation
) -> None:
    details = {
        "run_id": run.id,
        "number": run.number,
        "evaluation_id": row.id,
        "version": row.version,
        "regime": row.regime,
        "starts": row.starts,
        "seed": row.seed,
    }
    await audit.append(session, Entry(actor=person.name, action=action, at=now, details=details))


def _item(schema: type[Item], row: EvaluationRow) -> Item:
    evaluation, name = row
    stored = set(schema.model_fields) - {"created_by"}
    shown = {field: getattr(evaluation, field) for field in stored}
    return schema.model_validate(shown | {"created_by": name})
