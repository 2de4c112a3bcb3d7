"""Everything the learner asks of Postgres."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import BigInteger, Select, Text, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from backend.db import Session, notify
from backend.learner.gauge import Point
from backend.models import (
    AuditEvent,
    Checkpoint,
    Episode,
    Evaluation,
    Label,
    Run,
    SuggestedOutcome,
    Suggestion,
)

LEARNING = ("running", "paused")
METRIC_COLUMNS = "run_id, name, at, updates, value"


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run to be learned."""

    id: UUID
    task_id: str
    config: dict[str, Any]
    seed: int
    state: str
    tuning: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EpisodeFile:
    """An episode and where its bytes are."""

    id: UUID
    run_id: UUID
    file_sha256: str


SURE = 0.95
"""A suggestion counts as a judgement, where a run says so, from this probability on."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The label that counts for an episode; version 0, and no label: what was suggested."""

    label_id: UUID | None
    episode_id: UUID
    run_id: UUID
    version: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class StateFile:
    """A checkpoint that carries a whole learner state."""

    version: int
    learner_sha256: str


async def horizon(session: Session) -> int:
    """Every transaction below this number has ended; what it wrote can be seen now."""
    xmin = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return int(await session.scalar(select(cast(cast(xmin, Text), BigInteger))) or 0)


async def runs(session: Session) -> list[RunRow]:
    """The training runs of this algorithm that are running or paused."""
    names = (Run.id, Run.task_id, Run.config, Run.seed, Run.state, Run.tuning)
    query = select(*names).where(
        Run.state.in_(LEARNING), Run.algorithm == "rlt", Run.kind == "training"
    )
    return [
        RunRow(
            id=r.id, task_id=r.task_id, config=r.config, seed=r.seed, state=r.state, tuning=r.tuning
        )
        for r in await session.execute(query.order_by(Run.number))
    ]


async def episodes_of_run(session: Session, run_id: UUID) -> list[EpisodeFile]:
    """All episodes of a run, in the order in which they were stored."""
    return await _episode_files(session, _episodes().where(Episode.run_id == run_id))


async def episodes_since(
    session: Session,
    *,
    run_ids: Collection[UUID],
    since: int,
    below: int,
    named: Collection[UUID],
) -> list[EpisodeFile]:
    """Episodes written by transactions in [since, below), and those that a wake-up named."""
    fresh = (Episode.written_xid >= since) & (Episode.written_xid < below)
    query = _episodes().where(
        Episode.run_id.in_(list(run_ids)), or_(fresh, Episode.id.in_(list(named)))
    )
    return await _episode_files(session, query)


async def judged_since(
    session: Session, *, since: int, below: int, named: Collection[UUID]
) -> set[UUID]:
    """Episodes that got labels in [since, below), or by the labels that a wake-up named."""
    fresh = (Label.written_xid >= since) & (Label.written_xid < below)
    query = select(Label.episode_id).where(or_(fresh, Label.id.in_(list(named))))
    return set(await session.scalars(query))


async def judgements(session: Session, episode_ids: Collection[UUID]) -> list[Judgement]:
    """Of each episode the label with the highest version, else a suggestion that counts."""
    query = (
        select(Label.id, Label.episode_id, Episode.run_id, Label.version, Label.outcome)
        .join(Episode, Episode.id == Label.episode_id)
        .where(Label.episode_id.in_(list(episode_ids)))
        .order_by(Label.episode_id, Label.version.desc())
        .ext(distinct_on(Label.episode_id))
    )
    labelled = [
        Judgement(
            label_id=r.id,
            episode_id=r.episode_id,
            run_id=r.run_id,
            version=r.version,
            outcome=r.outcome,
        )
        for r in await session.execute(query)
    ]
    left = set(episode_ids) - {judgement.episode_id for judgement in labelled}
    return labelled + await _suggested(session, left)


async def _suggested(session: Session, episode_ids: Collection[UUID]) -> list[Judgement]:
    """Sure suggestions, of runs that learn from them."""
    said = SuggestedOutcome.success
    query = (
        select(SuggestedOutcome.episode_id, Episode.run_id, said)
        .join(Episode, Episode.id == SuggestedOutcome.episode_id)
        .join(Run, Run.id == Episode.run_id)
        .where(
            SuggestedOutcome.episode_id.in_(list(episode_ids)),
            Run.config["reward_from_suggestion"].astext == "true",
            or_(said >= SURE, said <= 1 - SURE),
        )
    )
    return [
        Judgement(
            label_id=None,
            episode_id=r.episode_id,
            run_id=r.run_id,
            version=0,
            outcome="success" if r.success >= SURE else "failure",
        )
        for r in await session.execute(query)
    ]


async def states(session: Session, run_id: UUID) -> list[StateFile]:
    """Checkpoints that a learner can go on from, newest first."""
    query = (
        select(Checkpoint.version, Checkpoint.learner_sha256)
        .where(Checkpoint.run_id == run_id, Checkpoint.learner_sha256.is_not(None))
        .order_by(Checkpoint.version.desc())
    )
    return [
        StateFile(version=r.version, learner_sha256=r.learner_sha256)
        for r in await session.execute(query)
    ]


async def actor_file(session: Session, run_id: UUID, version: int) -> str | None:
    """The file of a checkpoint's actor; None if there is no such checkpoint."""
    query = select(Checkpoint.actor_sha256).where(
        Checkpoint.run_id == run_id, Checkpoint.version == version
    )
    found: str | None = await session.scalar(query)
    return found


async def newest_version(session: Session, run_id: UUID) -> int:
    """0 before the first checkpoint."""
    query = select(func.max(Checkpoint.version)).where(Checkpoint.run_id == run_id)
    return int(await session.scalar(query) or 0)


async def add_checkpoint(session: Session, checkpoint: Checkpoint) -> int:
    """Store it under the run's next version, wake the followers, and return the version."""
    # One writer at a time per run: the version has to be the next one.
    await session.execute(select(Run.id).where(Run.id == checkpoint.run_id).with_for_update())
    checkpoint.version = await newest_version(session, checkpoint.run_id) + 1
    session.add(checkpoint)
    await session.flush()
    await notify(session, "checkpoint", checkpoint.id)
    return checkpoint.version


async def forget_states(session: Session, run_id: UUID, *, keep: int) -> None:
    """Keep the learner state of the newest few checkpoints only."""
    newest = (
        select(Checkpoint.id)
        .where(Checkpoint.run_id == run_id, Checkpoint.learner_sha256.is_not(None))
        .order_by(Checkpoint.version.desc())
        .limit(keep)
    )
    await session.execute(
        update(Checkpoint)
        .where(
            Checkpoint.run_id == run_id,
            Checkpoint.learner_sha256.is_not(None),
            Checkpoint.id.not_in(newest),
        )
        .values(learner_sha256=None)
    )


async def thin_checkpoints(session: Session, run_id: UUID, *, keep: int) -> None:
    """Drop old checkpoints that nobody promoted or evaluated, and that are nobody's milestone.

    Milestones carry a learner's state or are the first of their minute.
    """
    newest = (
        select(Checkpoint.id)
        .where(Checkpoint.run_id == run_id)
        .order_by(Checkpoint.version.desc())
        .limit(keep)
    )
    minute = func.date_trunc("minute", Checkpoint.created_at)
    milestones = (
        select(Checkpoint.id)
        .where(Checkpoint.run_id == run_id)
        .order_by(minute, Checkpoint.version)
        .ext(distinct_on(minute))
    )
    evaluated = select(Evaluation.version).where(Evaluation.run_id == run_id)
    await session.execute(
        delete(Checkpoint).where(
            Checkpoint.run_id == run_id,
            Checkpoint.version.not_in(evaluated),
            Checkpoint.promoted.is_(False),
            Checkpoint.learner_sha256.is_(None),
            Checkpoint.id.not_in(newest),
            Checkpoint.id.not_in(milestones),
        )
    )


async def checkpoint_files(session: Session) -> set[str]:
    """Every file that some checkpoint points to."""
    rows = await session.execute(select(Checkpoint.actor_sha256, Checkpoint.learner_sha256))
    return {name for row in rows for name in row if name is not None}


async def write_points(session: Session, at: datetime, measured: Sequence[Point]) -> None:
    """Add points to curves by COPY, and wake whoever draws them."""
    await session.execute(text("set local synchronous_commit = off"))
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError("metric points are written with psycopg's COPY")
    async with driver.cursor() as cursor:
        command = f"copy metric_points ({METRIC_COLUMNS}) from stdin"
        async with cursor.copy(command) as copy:
            for point in measured:
                row = (point.run_id, point.name, at, point.updates, point.value)
                await copy.write_row(row)
    for run_id in {point.run_id for point in measured}:
        await notify(session, "metrics", run_id)


async def write_reward(session: Session, label_id: UUID, run_id: UUID, updates: int) -> None:
    """One point: milliseconds from the label's row to changed rewards, by the database's clock."""
    await session.execute(
        text(
            "insert into metric_points (run_id, name, at, updates, value) "
            "select :run_id, 'label_to_reward_ms', clock_timestamp(), :updates, "
            "1000 * extract(epoch from clock_timestamp() - created_at) "
            "from labels where id = :label_id"
        ),
        {"run_id": run_id, "updates": updates, "label_id": label_id},
    )
    await notify(session, "reward", label_id)
    await notify(session, "metrics", run_id)


async def newest_suggestion(session: Session, run_id: UUID) -> Suggestion | None:
    """None before the first."""
    query = select(Suggestion).where(Suggestion.run_id == run_id)
    return await session.scalar(query.order_by(Suggestion.version.desc()).limit(1))


async def add_suggestion(session: Session, row: Suggestion) -> None:
    """Store it under the run's next version, and wake the followers."""
    # One writer at a time per run, as for checkpoints.
    await session.execute(select(Run.id).where(Run.id == row.run_id).with_for_update())
    newest = await newest_suggestion(session, row.run_id)
    row.version = newest.version + 1 if newest else 1
    session.add(row)
    await session.flush()
    await notify(session, "suggestion", row.id)


async def write_suggested(
    session: Session, episode_id: UUID, suggestion_id: UUID, success: float
) -> None:
    """What a suggestion says of an attempt; what was said first stays."""
    values = {"episode_id": episode_id, "suggestion_id": suggestion_id, "success": success}
    await session.execute(upsert(SuggestedOutcome).values(values).on_conflict_do_nothing())


async def handed_off_by_suggestion(session: Session, run_id: UUID) -> set[UUID]:
    """Attempts of a run that were handed off because it was suggested."""
    query = (
        select(AuditEvent.episode_id)
        .join(Episode, Episode.id == AuditEvent.episode_id)
        .where(
            Episode.run_id == run_id,
            AuditEvent.action == "phase_changed",
            AuditEvent.details["why"].astext == "suggestion",
        )
    )
    return {one for one in await session.scalars(query) if one is not None}


def _episodes() -> Select[UUID, UUID | None, str]:
    return select(Episode.id, Episode.run_id, Episode.file_sha256).order_by(Episode.number)


async def _episode_files(
    session: Session, query: Select[UUID, UUID | None, str]
) -> list[EpisodeFile]:
    return [
        EpisodeFile(id=r.id, run_id=r.run_id, file_sha256=r.file_sha256)
        for r in await session.execute(query)
        if r.run_id is not None
    ]
