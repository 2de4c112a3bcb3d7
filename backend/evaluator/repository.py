"""Everything the evaluator asks of Postgres. A job is written to only while it is still ours."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Session, notify
from backend.evaluator.job import Job, JsonObject
from backend.models import Evaluation, Run

ACTOR = "evaluator"
MOST_DEATHS = 2
DIED = (
    "The evaluator died over this evaluation twice: its log says why; "
    "ask again, perhaps with fewer starts."
)


async def give_back(session: Session, now: datetime) -> None:
    """Queue what a dead evaluator left behind once more; the second time it has failed."""
    query = select(Evaluation).where(Evaluation.state == "running").with_for_update()
    for row in (await session.scalars(query)).all():
        row.deaths += 1
        row.worker, row.progress, row.standing = None, 0.0, {}
        if row.deaths < MOST_DEATHS:
            row.state = "queued"
        else:
            row.state, row.problem, row.ended_at = "failed", DIED, now
            await _record(session, "evaluation_failed", now, row, problem=DIED)
        await session.flush()
        await notify(session, "evaluation", row.id)


async def take(session: Session, worker: UUID, data: Path, now: datetime) -> Job | None:
    """The job that has waited longest, now ours; None when none waits."""
    query = (
        select(Evaluation, Run.number, Run.task_id)
        .join(Run, Run.id == Evaluation.run_id)
        .where(Evaluation.state == "queued")
        .order_by(Evaluation.created_at, Evaluation.id)
        .limit(1)
        .with_for_update(of=Evaluation, skip_locked=True)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    row, number, task = found
    job = Job(
        id=row.id,
        run_id=row.run_id,
        number=number,
        task=task,
        version=row.version,
        regime=row.regime,
        starts=row.starts,
        seed=row.seed,
        with_base=row.with_base,
        with_expert=row.with_expert,
    )
    row.state, row.worker, row.started_at = "running", worker, now
    row.command = job.command(data)
    await session.flush()
    await notify(session, "evaluation", row.id)
    return job


async def is_ours(session: Session, job: Job, worker: UUID) -> bool:
    """Whether nobody cancelled it or took it."""
    query = select(Evaluation.id).where(Evaluation.id == job.id, Evaluation.worker == worker)
    return await session.scalar(query) is not None


async def note(session: Session, job: Job, worker: UUID, standing: JsonObject) -> bool:
    """Write down how far it is; False when it is not ours any more."""
    progress = min(1.0, standing["done"] / standing["of"])
    return await _write(session, job, worker, {"progress": progress, "standing": standing})


async def hand_back(session: Session, job: Job, worker: UUID) -> bool:
    """Queue it again: we stop, and it is not to blame."""
    values: dict[str, Any] = {"state": "queued", "worker": None, "progress": 0.0, "standing": {}}
    return await _write(session, job, worker, values)


async def finish(
    session: Session,
    job: Job,
    worker: UUID,
    now: datetime,
    report: JsonObject,
    attempts: JsonObject,
) -> None:
    """Store the result."""
    row = await _ours(session, job, worker)
    if row is None:
        return
    row.state, row.worker, row.ended_at, row.progress = "finished", None, now, 1.0
    row.report, row.attempts = report, attempts
    await session.flush()
    figures = {"success_rate": report["success_rate"], "alarms": len(report["alarms"])}
    await _record(session, "evaluation_finished", now, row, **figures)
    await notify(session, "evaluation", row.id)


async def fail(session: Session, job: Job, worker: UUID, now: datetime, problem: str) -> None:
    """Store why there is no result."""
    row = await _ours(session, job, worker)
    if row is None:
        return
    row.state, row.worker, row.ended_at, row.problem = "failed", None, now, problem
    await session.flush()
    await _record(session, "evaluation_failed", now, row, problem=problem)
    await notify(session, "evaluation", row.id)


async def _ours(session: Session, job: Job, worker: UUID) -> Evaluation | None:
    query = select(Evaluation).where(Evaluation.id == job.id, Evaluation.worker == worker)
    return await session.scalar(query.with_for_update())


async def _write(session: Session, job: Job, worker: UUID, values: dict[str, Any]) -> bool:
    statement = (
        update(Evaluation)
        .where(Evaluation.id == job.id, Evaluation.worker == worker)
        .values(values)
        .returning(Evaluation.id)
    )
    if await session.scalar(statement) is None:
        return False
    await notify(session, "evaluation", job.id)
    return True


async def _record(
    session: Session, action: str, now: datetime, row: Evaluation, **details: object
) -> None:
    shown = {"run_id": row.run_id, "evaluation_id": row.id, "version": row.version} | details
    await audit.append(session, Entry(actor=ACTOR, action=action, at=now, details=shown))
