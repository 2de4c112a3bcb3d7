"""At start: files and rows are made to agree again, and what cannot be mended is said aloud."""

import asyncio
import logging

from backend.db import Database
from backend.errors import ConsoleError
from backend.rollout import repository
from backend.rollout.commit import write_row
from backend.rollout.repository import StoredFile
from backend.storage.objects import ObjectStore
from backend.storage.recording import EpisodeRecording

log = logging.getLogger(__name__)

NAMED = 5
"""How many of a long list a log line names."""


async def reconcile(database: Database, store: ObjectStore) -> None:
    """Give every episode file its row; report rows whose file is gone."""
    await asyncio.to_thread(store.sweep, "episodes")
    async with database.unit() as session:
        rows = await repository.episode_files(session)
    files = set(await asyncio.to_thread(lambda: list(store.names("episodes"))))
    missing = sorted(rows - files)
    if missing:
        log.error(
            "%d episodes have lost their files (restore data/objects from a backup): %s",
            len(missing),
            ", ".join(missing[:NAMED]),
        )
    for sha256 in sorted(files - rows):
        await _adopt(database, store, sha256)


async def _adopt(database: Database, store: ObjectStore, sha256: str) -> None:
    try:
        content = await asyncio.to_thread(store.get, "episodes", sha256)
        recording = EpisodeRecording.from_bytes(content)
    except ConsoleError as error:
        log.error("an episode file without a row cannot be read: %s", error.detail)
        return
    async with database.unit() as session:
        robot_id = await repository.robot_named(session, recording.info.robot)
        known = await repository.task_exists(session, recording.info.task)
    if robot_id is None or not known:
        log.error(
            "episode file %s has no row, and its robot %r or task %r is unknown here",
            sha256,
            recording.info.robot,
            recording.info.task,
        )
        return
    file = StoredFile(sha256=sha256, size=len(content))
    await write_row(database, store, robot_id, recording, file)
    log.warning("episode %s had a file but no row; mended", recording.info.episode_id)
