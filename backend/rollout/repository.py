"""Everything the rollout process asks of Postgres."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from backend.db import Session, notify
from backend.models import ApiToken, Checkpoint, Episode, Robot, Run, Segment, Suggestion, Task
from backend.rl.fall_back import Drove
from backend.rollout.finish import EpisodeRow, SegmentRow
from backend.rollout.handshake import RobotIdentity


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """Where an episode's bytes are."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """What rollout needs of a run."""

    id: UUID
    task_id: str
    algorithm: str
    config: dict[str, Any]
    tuning: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class NamedRun:
    """What a study needs of a run."""

    id: UUID
    number: int
    task_id: str
    algorithm: str
    config: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CheckpointRow:
    """A published actor of a run."""

    id: UUID
    version: int
    actor_sha256: str
    lock_sha256: str
    promoted: bool = False
    """Chosen by a person, who then has the last word."""


@dataclass(frozen=True, kw_only=True)
class SuggestionRow:
    """What was learned from people last."""

    id: UUID
    version: int
    file_sha256: str


async def robot_of_token(session: Session, secret: str) -> RobotIdentity | None:
    """The robot a bearer token belongs to, unless it was revoked."""
    digest = hashlib.sha256(secret.encode()).digest()
    query = (
        select(Robot.id, Robot.name)
        .join(ApiToken, ApiToken.robot_id == Robot.id)
        .where(
            ApiToken.secret_sha256 == digest,
            ApiToken.revoked_at.is_(None),
            Robot.retired_at.is_(None),
        )
    )
    found = (await session.execute(query)).one_or_none()
    return RobotIdentity(id=found.id, name=found.name) if found else None


async def task_exists(session: Session, task: str) -> bool:
    """Whether episodes of this task can be stored."""
    return await session.scalar(select(Task.id).where(Task.id == task)) is not None


async def robot_named(session: Session, name: str) -> UUID | None:
    """The robot's id."""
    return await session.scalar(select(Robot.id).where(Robot.name == name))


async def run_exists(session: Session, run_id: UUID) -> bool:
    """Whether the run has a row."""
    return await session.scalar(select(Run.id).where(Run.id == run_id)) is not None


async def insert_episode(
    session: Session,
    *,
    episode_id: UUID,
    robot_id: UUID,
    task_id: str,
    run_id: UUID | None,
    row: EpisodeRow,
    file: StoredFile,
    segments: list[SegmentRow],
) -> str:
    """Write the episode once, wake the followers, and return the file its row points to."""
    statement = (
        upsert(Episode)
        .values(
            id=episode_id,
            robot_id=robot_id,
            task_id=task_id,
            run_id=run_id,
            file_sha256=file.sha256,
            file_bytes=file.size,
            **asdict(row),
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Episode.id)
    )
    if await session.scalar(statement) is None:
        query = select(Episode.file_sha256).where(Episode.id == episode_id)
        return str(await session.scalar(query))
    if segments:
        rows = [{"episode_id": episode_id, **asdict(segment)} for segment in segments]
        await session.execute(insert(Segment), rows)
    await notify(session, "episode", episode_id)
    return file.sha256


async def episode_files(session: Session) -> set[str]:
    """The file of every episode row."""
    return set(await session.scalars(select(Episode.file_sha256)))


async def runs_to_follow(session: Session, asked: Collection[UUID]) -> list[RunRow]:
    """The runs of all robots, and those that episodes at hand belong to."""
    of_robots = select(Robot.run_id).where(Robot.retired_at.is_(None), Robot.run_id.is_not(None))
    query = select(Run.id, Run.task_id, Run.algorithm, Run.config, Run.tuning).where(
        or_(Run.id.in_(of_robots), Run.id.in_(list(asked)))
    )
    return [
        RunRow(id=r.id, task_id=r.task_id, algorithm=r.algorithm, config=r.config, tuning=r.tuning)
        for r in await session.execute(query)
    ]


async def run_named(session: Session, name: int | UUID) -> NamedRun | None:
    """A run by the number that pages show, or by its id."""
    which = Run.number == name if isinstance(name, int) else Run.id == name
    query = select(Run.id, Run.number, Run.task_id, Run.algorithm, Run.config).where(which)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else NamedRun(**row._asdict())


async def checkpoint_numbered(session: Session, run_id: UUID, version: int) -> CheckpointRow | None:
    """One checkpoint of a run."""
    query = select(
        Checkpoint.id,
        Checkpoint.version,
        Checkpoint.actor_sha256,
        Checkpoint.lock_sha256,
        Checkpoint.promoted,
    ).where(Checkpoint.run_id == run_id, Checkpoint.version == version)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else CheckpointRow(**row._asdict())


async def current_checkpoints(
    session: Session, run_ids: Collection[UUID]
) -> dict[UUID, CheckpointRow]:
    """Of each run the promoted checkpoint, or else the newest."""
    query = (
        select(
            Checkpoint.run_id,
            Checkpoint.id,
            Checkpoint.version,
            Checkpoint.actor_sha256,
            Checkpoint.lock_sha256,
            Checkpoint.promoted,
        )
        .where(Checkpoint.run_id.in_(list(run_ids)))
        .order_by(Checkpoint.run_id, Checkpoint.promoted.desc(), Checkpoint.version.desc())
        .ext(distinct_on(Checkpoint.run_id))
    )
    return {
        r.run_id: CheckpointRow(
            id=r.id,
            version=r.version,
            actor_sha256=r.actor_sha256,
            lock_sha256=r.lock_sha256,
            promoted=r.promoted,
        )
        for r in await session.execute(query)
    }


async def newest_suggestions(
    session: Session, run_ids: Collection[UUID]
) -> dict[UUID, SuggestionRow]:
    """Of each run what was learned from people last."""
    query = (
        select(Suggestion.run_id, Suggestion.id, Suggestion.version, Suggestion.file_sha256)
        .where(Suggestion.run_id.in_(list(run_ids)))
        .order_by(Suggestion.run_id, Suggestion.version.desc())
        .ext(distinct_on(Suggestion.run_id))
    )
    return {
        r.run_id: SuggestionRow(id=r.id, version=r.version, file_sha256=r.file_sha256)
        for r in await session.execute(query)
    }


async def judged_attempts(session: Session, run_id: UUID) -> list[Drove]:
    """The handed-off attempts of a run that were judged, by their newest labels, in order."""
    query = text("""
        select e.policy_version > 0 as by_actor, l.outcome = 'success' as success
        from episodes e join lateral (
            select outcome from labels where episode_id = e.id order by version desc limit 1) l
            on l.outcome in ('success', 'failure')
        where e.run_id = :run_id and e.hand_off_step >= 0 order by e.number""")
    rows = await session.execute(query, {"run_id": run_id})
    return [Drove(by_actor=row.by_actor, success=row.success) for row in rows]


async def note_rest(session: Session, run_id: UUID, resting: bool) -> None:
    """A point on the run's curve `resting`: 1 when the actor stops driving, 0 when it may again."""
    await session.execute(
        text(
            "insert into metric_points (run_id, name, at, updates, value) "
            "values (:run_id, 'resting', clock_timestamp(), 0, :value)"
        ),
        {"run_id": run_id, "value": float(resting)},
    )
    await notify(session, "metrics", run_id)
