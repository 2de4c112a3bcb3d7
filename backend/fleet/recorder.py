"""Writes what has already happened: events and answers that must reach the database some time.

A robot does not wait for Postgres. What it says is kept here in order and written when the database
answers; a bridge repeats what was never acknowledged, so losing this process loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from backend.db import UNREACHABLE, Database, Session

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
MOST_WAITING = 20_000
MOST_AT_ONCE = 100

Job = Callable[[Session], Awaitable[None]]
Done = Callable[[], None]


class Recorder:
    """A queue of writes, worked off in order; what piles up shares a transaction."""

    def __init__(self, database: Database, retry_seconds: float = RETRY_SECONDS) -> None:
        """`retry_seconds` is the pause after a failed try."""
        self._database = database
        self._retry = retry_seconds
        self._jobs: asyncio.Queue[tuple[Job, Done]] = asyncio.Queue(MOST_WAITING)

    def put(self, job: Job, done: Done = lambda: None) -> bool:
        """Write in its turn, then call `done`; False when too much waits already."""
        try:
            self._jobs.put_nowait((job, done))
        except asyncio.QueueFull:
            log.error("too much waits for the database; a bridge will have to repeat itself")
            return False
        return True

    async def written(self) -> None:
        """Wait until everything put so far is in the database."""
        await self._jobs.join()

    async def run(self) -> None:
        """Work for ever."""
        while True:
            batch = [await self._jobs.get()]
            while len(batch) < MOST_AT_ONCE and not self._jobs.empty():
                batch.append(self._jobs.get_nowait())
            try:
                await self._write(batch)
            finally:
                for _ in batch:
                    self._jobs.task_done()

    async def _write(self, batch: list[tuple[Job, Done]]) -> None:
        try:
            await self._insist([job for job, _ in batch])
        except Exception:
            # One impossible row must not hold up all the others.
            if len(batch) == 1:
                log.exception("a row could not be written")
                return
            for one in batch:
                await self._write([one])
            return
        for _, done in batch:
            done()

    async def _insist(self, jobs: list[Job]) -> None:
        away = False
        while True:
            try:
                async with self._database.unit() as session:
                    for job in jobs:
                        await job(session)
            except UNREACHABLE:
                if not away:
                    log.warning("database away; %d writes wait", self._jobs.qsize() + 1)
                away = True
                await asyncio.sleep(self._retry)
            else:
                if away:
                    log.warning("database back; %d writes follow", self._jobs.qsize())
                return
