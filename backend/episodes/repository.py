"""Queries on episodes, each with its robot, run and the label that counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select, true
from sqlalchemy.orm import aliased

from backend.db import Session
from backend.labels.schemas import UNDONE
from backend.models import Episode, Label, Robot, Run, Segment, SuggestedOutcome, Suggestion, User

_newest = (
    select(Label)
    .where(Label.episode_id == Episode.id)
    .order_by(Label.version.desc())
    .limit(1)
    .lateral("current_label")
)
Current = aliased(Label, _newest)

_undone = and_(Current.outcome == "discard", Current.reason == UNDONE)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which episodes are asked for; None leaves a field open."""

    run_id: UUID | None = None
    robot_id: UUID | None = None
    task_id: str | None = None
    regime: str | None = None
    outcome: str | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None
    labeller_id: UUID | None = None
    policy_from: int | None = None
    policy_to: int | None = None
    taken_over: bool | None = None
    corrected: bool | None = None


EpisodeRow = Row[Episode, Robot, Run | None, Label | None, User | None]


async def page(
    session: Session, filters: Filters, before: int | None, limit: int
) -> Sequence[EpisodeRow]:
    """Episodes numbered below `before`, newest first."""
    query = _where(_query(), filters).order_by(Episode.number.desc()).limit(limit)
    if before is not None:
        query = query.where(Episode.number < before)
    return (await session.execute(query)).all()


async def one(session: Session, episode_id: UUID) -> EpisodeRow | None:
    """One episode."""
    return (await session.execute(_query().where(Episode.id == episode_id))).one_or_none()


async def several(session: Session, episode_ids: Collection[UUID]) -> Sequence[EpisodeRow]:
    """These episodes, oldest first."""
    query = _query().where(Episode.id.in_(episode_ids)).order_by(Episode.number)
    return (await session.execute(query)).all()


async def file_of(session: Session, episode_id: UUID) -> str | None:
    """The SHA-256 of an episode's file."""
    return await session.scalar(select(Episode.file_sha256).where(Episode.id == episode_id))


async def segments(session: Session, episode_id: UUID) -> Sequence[Segment]:
    """The phases of an episode, in order."""
    query = select(Segment).where(Segment.episode_id == episode_id).order_by(Segment.start_step)
    return (await session.scalars(query)).all()


async def suggested(session: Session, episode_id: UUID) -> tuple[float, Suggestion, str] | None:
    """Probability, the suggestion that said it, and the outcome of the label that counts.

    None while there is no label of success or failure, or if nothing was suggested.
    """
    newest = select(Label.outcome).where(Label.episode_id == episode_id)
    newest = newest.order_by(Label.version.desc()).limit(1)
    label = await session.scalar(newest)
    query = select(SuggestedOutcome.success, Suggestion).join(
        Suggestion, Suggestion.id == SuggestedOutcome.suggestion_id
    )
    found = (await session.execute(query.where(SuggestedOutcome.episode_id == episode_id))).first()
    if found is None or label not in {"success", "failure"}:
        return None
    return found[0], found[1], label


async def unlabelled(
    session: Session,
    robot_id: UUID | None,
    task_id: str | None,
    but: Sequence[UUID],
    limit: int,
) -> tuple[Sequence[EpisodeRow], int]:
    """Episodes without a judgement, oldest first, and how many there are in all."""
    waiting = [~Episode.judged]
    if robot_id is not None:
        waiting.append(Episode.robot_id == robot_id)
    if task_id is not None:
        waiting.append(Episode.task_id == task_id)
    total = await session.scalar(select(func.count()).select_from(Episode).where(*waiting)) or 0
    query = _query().where(*waiting, Episode.id.not_in(but)).order_by(Episode.number).limit(limit)
    return (await session.execute(query)).all(), total


def _query() -> Select[Episode, Robot, Run | None, Label | None, User | None]:
    return (
        select(Episode, Robot, Run, Current, User)
        .join(Robot, Robot.id == Episode.robot_id)
        .outerjoin(Run, Run.id == Episode.run_id)
        .outerjoin(Current, true())
        .outerjoin(User, User.id == Current.labeller_id)
    )


def _where(
    query: Select[Episode, Robot, Run | None, Label | None, User | None], filters: Filters
) -> Select[Episode, Robot, Run | None, Label | None, User | None]:
    equal = {
        Episode.run_id: filters.run_id,
        Episode.robot_id: filters.robot_id,
        Episode.task_id: filters.task_id,
        Episode.regime: filters.regime,
        Current.labeller_id: filters.labeller_id,
    }
    for column, value in equal.items():
        if value is not None:
            query = query.where(column == value)
    if filters.ended_from is not None:
        query = query.where(Episode.ended_at >= filters.ended_from)
    if filters.policy_from is not None:
        query = query.where(Episode.policy_version >= filters.policy_from)
    if filters.ended_to is not None:
        query = query.where(Episode.ended_at < filters.ended_to)
    if filters.policy_to is not None:
        query = query.where(Episode.policy_version <= filters.policy_to)
    wished = {
        Episode.interventions > 0: filters.taken_over,
        func.coalesce(Current.version, 0) > 1: filters.corrected,
    }
    for condition, wish in wished.items():
        if wish is not None:
            query = query.where(condition if wish else ~condition)
    return _with_outcome(query, filters)


def _with_outcome(
    query: Select[Episode, Robot, Run | None, Label | None, User | None], filters: Filters
) -> Select[Episode, Robot, Run | None, Label | None, User | None]:
    if filters.outcome == "unlabelled":
        return query.where(~Episode.judged)
    if filters.outcome == "discard":
        return query.where(Current.outcome == "discard", ~_undone)
    if filters.outcome is not None:
        return query.where(Current.outcome == filters.outcome)
    return query
