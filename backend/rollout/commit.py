"""Makes finished episodes durable: the file, then row and wake-up in one transaction, then the ack.

Whatever is down is waited for. Nothing is acknowledged before it is stored, and storing the same
episode again changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from backend.db import UNREACHABLE, Database
from backend.errors import Unavailable
from backend.rollout import repository
from backend.rollout.finish import row_of, segments_of
from backend.rollout.repository import StoredFile
from backend.storage.objects import ObjectStore
from backend.storage.recording import EpisodeRecording

log = logging.getLogger(__name__)

DOWN: tuple[type[Exception], ...] = (*UNREACHABLE, Unavailable, OSError)
"""Errors that pass by themselves or with a person's help; the same try again may succeed."""

FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """An episode to be stored."""

    robot_id: UUID
    make: Callable[[], EpisodeRecording]
    """Called in a thread."""
    episode_id: UUID
    done: Callable[[], None]
    """Called once it is durable."""
    failed: Callable[[], None]
    """Called when no repetition can help; the journal keeps it."""


class Committer:
    """Stores episodes one after the other, in the order in which they were finished."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        """`run` has to be running for anything to happen."""
        self._database = database
        self._store = store
        self._queue: asyncio.Queue[Finished] = asyncio.Queue()
        self.trouble = ""
        """Why storing waits now; empty when all is well."""

    def put(self, finished: Finished) -> None:
        """Take one over."""
        self._queue.put_nowait(finished)

    async def run(self) -> None:
        """Work through the queue until cancelled."""
        while True:
            finished = await self._queue.get()
            await self._until_stored(finished)

    async def _until_stored(self, finished: Finished) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await store_episode(self._database, self._store, finished)
            except DOWN as error:
                self._troubled(str(error))
                # Back-off: nothing announces that a disk or a database works again.
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            except Exception:  # one bad episode must not keep all others from being stored
                log.exception("episode %s is not stored; its journal keeps it", finished.episode_id)
                finished.failed()
                return
            else:
                self._troubled("")
                finished.done()
                return

    def _troubled(self, reason: str) -> None:
        if reason and not self.trouble:
            log.error("episodes wait in the bridges' journals: %s", reason)
        elif self.trouble and not reason:
            log.info("episodes are stored again")
        self.trouble = reason


async def store_episode(database: Database, store: ObjectStore, finished: Finished) -> None:
    """File, row, segments, wake-up. Repeating it changes nothing."""
    recording, file = await asyncio.to_thread(_write, store, finished.make)
    await write_row(database, store, finished.robot_id, recording, file)


async def write_row(
    database: Database,
    store: ObjectStore,
    robot_id: UUID,
    recording: EpisodeRecording,
    file: StoredFile,
) -> None:
    """The row of a file that is on disk."""
    info = recording.info
    async with database.unit() as session:
        run_id = UUID(info.run_id) if info.run_id else None
        if run_id and not await repository.run_exists(session, run_id):
            log.error("episode %s names run %s, which does not exist", info.episode_id, run_id)
            run_id = None
        used = await repository.insert_episode(
            session,
            episode_id=UUID(info.episode_id),
            robot_id=robot_id,
            task_id=info.task,
            run_id=run_id,
            row=row_of(recording),
            file=file,
            segments=segments_of(recording),
        )
    if used != file.sha256:
        # Stored before, by a process that died before it could say so.
        await asyncio.to_thread(store.drop, "episodes", file.sha256)


def _write(
    store: ObjectStore, make: Callable[[], EpisodeRecording]
) -> tuple[EpisodeRecording, StoredFile]:
    recording = make()
    content = recording.to_bytes()
    return recording, StoredFile(sha256=store.put("episodes", content), size=len(content))
