"""Queries on runs, curves and checkpoints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Row,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)

from backend.db import Session, notify
from backend.models import (
    AuditEvent,
    Checkpoint,
    Episode,
    MetricPoint,
    ReportBin,
    Robot,
    Run,
    Suggestion,
    Task,
    User,
)
from backend.models.report import CUBES, LEVELS

RunRow = Row[Run, str | None]
SaidRow = Row[bool, int, int, float]
"""Automatic, attempts, agreed, Brier score."""

_SAID = text("""
select l.automatic, count(*), count(*) filter (where (s.success >= 0.5) = l.good),
    avg((s.success - l.good::int) ^ 2)
from suggested_outcomes s join episodes e on e.id = s.episode_id
join lateral (select automatic, outcome, outcome = 'success' as good from labels
    where episode_id = e.id order by version desc limit 1) l on l.outcome in ('success', 'failure')
where e.run_id = :run group by l.automatic order by l.automatic
""")

_THINNED = text("""
select name, id, extract(epoch from at)::float8, updates, value from (
    select *, row_number() over (partition by name order by id desc) - 1 as age,
        count(*) over (partition by name) as points
    from metric_points
    where run_id = :run and id > :since and (:every_name or name = any(:names))) as numbered
where age % greatest(1, ceil(points / :most ::float8)::bigint) = 0
order by name, id
""")


async def runs(session: Session, task_id: str | None) -> Sequence[RunRow]:
    """Runs with the name of their maker, newest first."""
    query = (
        select(Run, User.name)
        .outerjoin(User, User.id == Run.created_by)
        .order_by(Run.number.desc())
    )
    if task_id is not None:
        query = query.where(Run.task_id == task_id)
    return (await session.execute(query)).all()


async def run(session: Session, run_id: UUID) -> RunRow | None:
    """One run with the name of its maker."""
    query = (
        select(Run, User.name).outerjoin(User, User.id == Run.created_by).where(Run.id == run_id)
    )
    return (await session.execute(query)).one_or_none()


async def locked(session: Session, run_id: UUID) -> Run | None:
    """One run, so that nobody else changes it meanwhile."""
    return await session.get(Run, run_id, with_for_update=True)


async def add(session: Session, row: Run) -> None:
    """Store a new run."""
    session.add(row)
    await session.flush()
    await notify(session, "run", row.id)


async def flush(session: Session, row: Run) -> None:
    """Store the changes of a run and wake the followers."""
    await session.flush()
    await notify(session, "run", row.id)


async def task_exists(session: Session, task_id: str) -> bool:
    """Whether there is such a task."""
    return await session.scalar(select(Task.id).where(Task.id == task_id)) is not None


async def robots(session: Session, robot_ids: Sequence[UUID]) -> Sequence[Robot]:
    """The robots of these ids."""
    return (await session.scalars(select(Robot).where(Robot.id.in_(robot_ids)))).all()


async def assign(session: Session, robot_ids: Sequence[UUID], run_id: UUID) -> None:
    """New episodes of these robots belong to the run."""
    await session.execute(update(Robot).where(Robot.id.in_(robot_ids)).values(run_id=run_id))
    for robot_id in robot_ids:
        await notify(session, "robot", robot_id)


async def robots_of(session: Session) -> dict[UUID, list[UUID]]:
    """Robots by run."""
    found: dict[UUID, list[UUID]] = {}
    query = select(Robot.run_id, Robot.id).where(Robot.run_id.is_not(None))
    for run_id, robot_id in (await session.execute(query)).all():
        assert run_id is not None
        found.setdefault(run_id, []).append(robot_id)
    return found


async def tallies(session: Session, run_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Episodes, successes and active steps by run."""
    sums = (ReportBin.episodes, ReportBin.successes, ReportBin.critical_steps)
    query = (
        select(ReportBin.run_id, *(cast(func.sum(one), BigInteger) for one in sums))
        .where(
            ReportBin.cube == CUBES["all"],
            ReportBin.level == LEVELS[-1],
            ReportBin.run_id.in_(run_ids),
        )
        .group_by(ReportBin.run_id)
    )
    rows = (await session.execute(query)).all()
    return {row[0]: {"episodes": row[1], "successes": row[2], "steps": row[3]} for row in rows}


async def versions(session: Session) -> dict[UUID, tuple[int, int | None]]:
    """Newest and promoted version by run."""
    promoted = func.max(Checkpoint.version).filter(Checkpoint.promoted)
    query = select(Checkpoint.run_id, func.max(Checkpoint.version), promoted)
    rows = (await session.execute(query.group_by(Checkpoint.run_id))).all()
    return {row[0]: (row[1], row[2]) for row in rows}


async def newest_version(session: Session, run_id: UUID) -> int:
    """0 before the first checkpoint."""
    query = select(func.max(Checkpoint.version)).where(Checkpoint.run_id == run_id)
    return int(await session.scalar(query) or 0)


async def checkpoints(session: Session, run_id: UUID | None) -> Sequence[Checkpoint]:
    """Published actors, newest first."""
    query = select(Checkpoint).order_by(Checkpoint.created_at.desc(), Checkpoint.version.desc())
    if run_id is not None:
        query = query.where(Checkpoint.run_id == run_id)
    return (await session.scalars(query.limit(1000))).all()


async def checkpoint(session: Session, checkpoint_id: UUID) -> Checkpoint | None:
    """One published actor."""
    return await session.get(Checkpoint, checkpoint_id)


async def promote(session: Session, run_id: UUID, checkpoint_id: UUID | None) -> None:
    """Let one actor of the run play, or with None the newest again."""
    await session.execute(
        update(Checkpoint)
        .where(Checkpoint.run_id == run_id)
        .values(promoted=Checkpoint.id == checkpoint_id if checkpoint_id else False)
    )
    await notify(session, "checkpoint", checkpoint_id or run_id)


async def events(session: Session, run_id: UUID, limit: int) -> Sequence[AuditEvent]:
    """Audit rows of the run itself and of its newest attempts, newest first."""
    # Said as the partial index says it, so that it is used.
    own = select(AuditEvent.seq).where(
        text("audit_events.details ? 'run_id'"),
        literal_column("(audit_events.details ->> 'run_id')") == str(run_id),
    )
    newest = (
        select(Episode.id)
        .where(Episode.run_id == run_id)
        .order_by(Episode.number.desc())
        .limit(limit)
        .cte("newest")
    )
    to = AuditEvent.details["to"].astext
    told = or_(
        AuditEvent.action.in_(("label", "label_undone")),
        and_(AuditEvent.action == "phase_changed", to.in_(("rl", "human"))),
    )
    theirs = select(AuditEvent.seq).join(newest, newest.c.id == AuditEvent.episode_id).where(told)
    seqs = union_all(
        own.order_by(AuditEvent.seq.desc()).limit(limit).subquery().select(),
        theirs.order_by(AuditEvent.seq.desc()).limit(limit).subquery().select(),
    ).subquery()
    query = (
        select(AuditEvent)
        .where(AuditEvent.seq.in_(select(seqs.c.seq)))
        .order_by(AuditEvent.seq.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def curves(
    session: Session, run_id: UUID, names: Sequence[str], since: int, most: int
) -> Sequence[Row[str, int, float, int, float]]:
    """Points above `since`, every n-th so that no curve has more than `most`."""
    values = {
        "run": run_id,
        "since": since,
        "every_name": not names,
        "names": list(names),
        "most": most,
    }
    return (await session.execute(_THINNED, values)).all()


async def points_after(
    session: Session, run_id: UUID, since: int, limit: int
) -> Sequence[MetricPoint]:
    """New points of a run, oldest first."""
    query = (
        select(MetricPoint)
        .where(MetricPoint.run_id == run_id, MetricPoint.id > since)
        .order_by(MetricPoint.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def newest_suggestion(session: Session, run_id: UUID) -> Suggestion | None:
    """What was learned from people last."""
    query = select(Suggestion).where(Suggestion.run_id == run_id)
    return await session.scalar(query.order_by(Suggestion.version.desc()).limit(1))


async def said(session: Session, run_id: UUID) -> Sequence[SaidRow]:
    """Suggested outcomes of a run against the labels that count, people's and programs' apart."""
    return (await session.execute(_SAID, {"run": run_id})).all()


async def newest_point(session: Session, run_id: UUID) -> int:
    """Id of the newest point of a run; 0 when there is none."""
    query = select(func.max(MetricPoint.id)).where(MetricPoint.run_id == run_id)
    return await session.scalar(query) or 0
