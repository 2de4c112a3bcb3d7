"""Reading episodes."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

from backend.db import Session
from backend.episodes import repository
from backend.episodes.recording import Recording
from backend.episodes.repository import EpisodeRow, Filters
from backend.episodes.schemas import (
    EpisodeDetail,
    EpisodeItem,
    EpisodePage,
    RobotRef,
    RunRef,
    SegmentItem,
    Signals,
    SuggestedItem,
)
from backend.errors import NotFound
from backend.labels import repository as labels
from backend.labels.service import item_of
from backend.storage.objects import ObjectStore

CONTROL_HZ = 50


def episode_item(row: EpisodeRow) -> EpisodeItem:
    """A row as JSON."""
    episode, robot, run, label, user = row
    shown = {name: getattr(episode, name) for name in COPIED}
    shown_label = item_of((label, user)) if label and user else None
    return EpisodeItem(
        **shown,
        robot=RobotRef(id=robot.id, name=robot.name),
        run=RunRef(id=run.id, number=run.number, name=run.name) if run else None,
        active_seconds=episode.critical_steps / CONTROL_HZ,
        outcome=shown_label.outcome if shown_label and not shown_label.undone else None,
        label=shown_label,
        cameras=[item["name"] for item in robot.spec.get("cameras", ()) if item["policy_size"]],
    )


COPIED = (
    "id", "number", "task_id", "regime", "started_at", "ended_at", "started_by", "steps",
    "critical_steps", "ended_by", "truncated", "policy_version", "hand_off_step",
    "interventions", "human_steps", "reset_seconds", "peak_force",
)  # fmt: skip


async def read_page(
    session: Session, filters: Filters, before: int | None, limit: int
) -> EpisodePage:
    """One page, newest first."""
    rows = await repository.page(session, filters, before, limit)
    items = [episode_item(row) for row in rows]
    return EpisodePage(items=items, next_before=items[-1].number if len(items) == limit else None)


async def unlabelled(
    session: Session, robot: UUID | None, task: str | None, but: Sequence[UUID], limit: int
) -> tuple[list[EpisodeItem], int]:
    """The label queue: oldest first, and how many wait in all."""
    rows, total = await repository.unlabelled(session, robot, task, but, limit)
    return [episode_item(row) for row in rows], total


async def read_several(session: Session, episode_ids: Collection[UUID]) -> list[EpisodeItem]:
    """Those of these episodes whose rows are there, oldest first."""
    return [episode_item(row) for row in await repository.several(session, episode_ids)]


async def read_detail(session: Session, store: ObjectStore, episode_id: UUID) -> EpisodeDetail:
    """One episode with its phases, judgements, pictures and curves."""
    row = await repository.one(session, episode_id)
    if row is None:
        raise NotFound("There is no such episode.")
    episode = row[0]
    recording = Recording(store.path("episodes", episode.file_sha256))
    frames, (names, points), control_hz = await asyncio.to_thread(_read, recording)
    return EpisodeDetail(
        **episode_item(row).model_dump(),
        seed=episode.seed,
        file_sha256=episode.file_sha256,
        file_bytes=episode.file_bytes,
        segments=[
            SegmentItem.model_validate(one)
            for one in await repository.segments(session, episode_id)
        ],
        labels=[item_of(judged) for judged in await labels.history(session, episode_id)],
        frames=frames,
        signals=Signals(names=names, rows=points),
        control_hz=control_hz,
    )


async def read_suggested(session: Session, episode_id: UUID) -> SuggestedItem | None:
    """What was suggested of an attempt; nothing before somebody has judged it."""
    found = await repository.suggested(session, episode_id)
    if found is None:
        return None
    probability, row, label = found
    good = probability >= 0.5
    return SuggestedItem(
        success=probability,
        outcome="success" if good else "failure",
        agrees=good == (label == "success"),
        version=row.version,
        attempts=row.attempts,
        calibration_error=row.figures["success"]["calibration_error"],
    )


async def read_picture(
    session: Session, store: ObjectStore, episode_id: UUID, camera: str, step: int
) -> bytes:
    """One JPEG of an episode."""
    sha256 = await repository.file_of(session, episode_id)
    if sha256 is None:
        raise NotFound("There is no such episode.")
    recording = Recording(store.path("episodes", sha256))
    return await asyncio.to_thread(recording.picture, camera, step)


def _read(
    recording: Recording,
) -> tuple[dict[str, list[int]], tuple[list[str], list[tuple[int, list[float]]]], int]:
    return recording.frames(), recording.curves(), recording.control_hz()
