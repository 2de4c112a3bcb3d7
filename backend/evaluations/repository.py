"""Queries on evaluations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import defer

from backend.db import Session, notify
from backend.models import Checkpoint, Episode, Evaluation, Robot, User
from backend.models.evaluation import WAITING_STATES

EvaluationRow = Row[Evaluation, str | None]
MOST_SHOWN = 200


def _rows() -> Select[Evaluation, str | None]:
    return select(Evaluation, User.name).outerjoin(User, User.id == Evaluation.created_by)


_LIGHT = defer(Evaluation.attempts, raiseload=True)


async def of_run(session: Session, run_id: UUID) -> Sequence[EvaluationRow]:
    """The newest evaluations of a run with the names of who asked, without their attempts."""
    query = (
        _rows()
        .where(Evaluation.run_id == run_id)
        .order_by(Evaluation.created_at.desc(), Evaluation.id.desc())
        .limit(MOST_SHOWN)
        .options(_LIGHT)
    )
    return (await session.execute(query)).all()


async def one(session: Session, evaluation_id: UUID) -> EvaluationRow | None:
    """One evaluation with the name of who asked, without its attempts."""
    query = _rows().where(Evaluation.id == evaluation_id).options(_LIGHT)
    return (await session.execute(query)).one_or_none()


async def whole(session: Session, evaluation_id: UUID) -> EvaluationRow | None:
    """The same with its attempts."""
    return (await session.execute(_rows().where(Evaluation.id == evaluation_id))).one_or_none()


async def locked(session: Session, evaluation_id: UUID) -> Evaluation | None:
    """One evaluation, so that nobody else changes it meanwhile."""
    return await session.get(Evaluation, evaluation_id, with_for_update=True)


async def store(session: Session, row: Evaluation) -> None:
    """Write a new or changed evaluation, and wake the evaluator and the pages."""
    session.add(row)
    await session.flush()
    await notify(session, "evaluation", row.id)


async def waiting(session: Session) -> int:
    """How many are queued or running, of all runs."""
    query = select(func.count()).where(Evaluation.state.in_(WAITING_STATES))
    return await session.scalar(query) or 0


async def current_version(session: Session, run_id: UUID) -> int | None:
    """The promoted checkpoint of a run, else the newest; None before the first."""
    query = (
        select(Checkpoint.version)
        .where(Checkpoint.run_id == run_id)
        .order_by(Checkpoint.promoted.desc(), Checkpoint.version.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def has_version(session: Session, run_id: UUID, version: int) -> bool:
    """Whether this checkpoint of the run is kept."""
    query = select(Checkpoint.id).where(Checkpoint.run_id == run_id, Checkpoint.version == version)
    return await session.scalar(query) is not None


async def met_real_robot(session: Session, run_id: UUID) -> bool:
    """Whether a real robot practises the run, or has played any of its attempts."""
    played = select(Episode.robot_id).where(Episode.run_id == run_id)
    query = select(Robot.id).where(
        Robot.kind == "real", or_(Robot.run_id == run_id, Robot.id.in_(played))
    )
    return await session.scalar(query.limit(1)) is not None
