"""Takes one job after the other, follows its command, and writes down what came of it."""

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from backend.db import UNREACHABLE, Database, Session, Wakeup
from backend.evaluator import repository
from backend.evaluator.job import Job, JsonObject, divided, problem_of
from backend.evaluator.play import PROGRAM, Play, playing
from backend.kit.clock import Clock
from backend.kit.ids import uuid7

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

DONE = (0, 1)
"""Exit statuses with a report: without alarms, and with some."""
POLL_SECONDS = 1.0
"""A lost notification costs this much; the health of the process is seen by it too."""


class Worker:
    """One life of the evaluator."""

    def __init__(
        self, database: Database, clock: Clock, data: Path, program: Sequence[str] = PROGRAM
    ) -> None:
        """`data` is the console's folder; `program` is what stands for `rlt`."""
        self.id = uuid7()
        self._database = database
        self._clock = clock
        self._data = data
        self._program = program
        self._bell = asyncio.Event()
        self._reachable = True

    def heard(self, wakeup: Wakeup) -> None:
        """A NOTIFY came."""
        if wakeup.kind == "evaluation":
            self._bell.set()

    async def run(self) -> None:
        """Work until cancelled; a job in hand is then queued again."""
        await self._insist(repository.give_back, self._clock.now())
        while True:
            now = self._clock.now()
            job = await self._insist(repository.take, self.id, self._data, now)
            if job is None:
                await self._news()
            else:
                await self._do(job)

    async def _do(self, job: Job) -> None:
        log.info("playing checkpoint %d of run %d", job.version, job.number)
        with tempfile.TemporaryDirectory(prefix="rlt-evaluation-") as folder:
            path = Path(folder) / "report.json"
            words = (*job.words(self._data), "--progress", "json", "--json", str(path))
            try:
                async with playing(self._program, words, self._bell.set) as play:
                    ours = await self._follow(job, play)
                if ours:
                    await self._conclude(job, play, path)
            except asyncio.CancelledError:
                await self._hand_back(job)
                raise
        log.info("done with checkpoint %d of run %d", job.version, job.number)

    async def _follow(self, job: Job, play: Play) -> bool:
        """Until its end; False as soon as it is not ours any more."""
        noted = play.standing
        while play.status is None:
            standing = play.standing
            if standing is noted:
                ours = await self._insist(repository.is_ours, job, self.id)
            else:
                ours = await self._insist(repository.note, job, self.id, standing)
                noted = standing
            if not ours:
                return False
            await self._news()
        return True

    async def _conclude(self, job: Job, play: Play, path: Path) -> None:
        assert play.status is not None
        report = await asyncio.to_thread(_read, path) if play.status in DONE else None
        now = self._clock.now()
        if report is not None:
            await self._insist(repository.finish, job, self.id, now, *divided(report))
            return
        problem = problem_of(play.status, play.last_line)
        log.warning("checkpoint %d of run %d: %s", job.version, job.number, problem)
        await self._insist(repository.fail, job, self.id, now, problem)

    async def _hand_back(self, job: Job) -> None:
        try:
            async with self._database.unit() as session:
                await repository.hand_back(session, job, self.id)
        except UNREACHABLE as error:
            log.warning("the next evaluator takes this one up again: %s", error)

    async def _news(self) -> None:
        # Not `wait_for`, which loses a cancellation that comes together with the bell.
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._bell.wait()
        self._bell.clear()

    async def _insist(
        self,
        deed: Callable[Concatenate[Session, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """One transaction, again each second while the database is away."""
        while True:
            try:
                async with self._database.unit() as session:
                    done = await deed(session, *args, **kwargs)
            except UNREACHABLE as error:
                if self._reachable:
                    log.warning("waiting for the database: %s", error)
                self._reachable = False
                await asyncio.sleep(POLL_SECONDS)  # nothing announces that Postgres is back
            else:
                self._reachable = True
                return done


def _read(path: Path) -> JsonObject | None:
    """The report, unless the command ended without one."""
    if not path.exists():
        return None
    report: JsonObject = json.loads(path.read_text(encoding="utf-8"))
    return report
