"""Follows runs, episodes and labels, and hands them to the training thread.

One pass does everything in order: runs, then episodes, then judgements. A NOTIFY only says that a
pass is worth it now and names rows, which are then read even if older transactions are still open;
everything else is read below the horizon under which no transaction can still add rows.
"""

import asyncio
import logging
from functools import partial
from uuid import UUID

from backend.db import UNREACHABLE, Database, Wakeup
from backend.learner import repository
from backend.learner.loop import Teacher
from backend.learner.rebuild import Followed, Rebuilder, outcome_of
from backend.learner.suggesting import Suggester
from backend.learner.thread import TrainingThread
from backend.rl.tuning import Tuning

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
KINDS = frozenset({"label", "episode", "run"})


class Feed:
    """Reads rows and files; `run` until cancelled."""

    def __init__(
        self,
        database: Database,
        rebuilder: Rebuilder,
        thread: TrainingThread,
        teacher: Teacher,
        suggester: Suggester,
    ) -> None:
        """What it reads goes to the teacher, through the thread's inbox, and to the suggester."""
        self._database = database
        self._rebuilder = rebuilder
        self._thread = thread
        self._teacher = teacher
        self._suggester = suggester
        self._followed: dict[UUID, Followed] = {}
        self._hopeless: set[UUID] = set()
        self._cursor = 0
        self._to_judge: set[UUID] = set()
        """Episodes whose label has to be read; they outlive a pass that failed."""
        self._named: dict[str, set[UUID]] = {"episode": set(), "label": set()}
        self._bell = asyncio.Event()
        self._reachable = True
        self.passes = 0
        """Whole passes so far; the first one means that every run was taken on."""
        self.passed = asyncio.Condition()

    def heard(self, wakeup: Wakeup) -> None:
        """A NOTIFY came."""
        if wakeup.kind in self._named:
            self._named[wakeup.kind].add(UUID(wakeup.id))
        if wakeup.kind in KINDS:
            self._bell.set()

    async def run(self) -> None:
        """A pass at every wake-up and every second."""
        while True:
            self._bell.clear()
            try:
                await self.look()
            except UNREACHABLE as error:
                if self._reachable:
                    log.warning("no news from the database, training goes on: %s", error)
                self._reachable = False
            else:
                self._reachable = True
            try:
                # wait_for of Python 3.11 loses a cancellation that meets a wake-up.
                async with asyncio.timeout(POLL_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """One pass."""
        named = {kind: set(ids) for kind, ids in self._named.items()}
        await self._follow_runs()
        async with self._database.unit() as session:
            below = await repository.horizon(session)
            files = await repository.episodes_since(
                session,
                run_ids=self._followed,
                since=self._cursor,
                below=below,
                named=named["episode"],
            )
            self._to_judge |= await repository.judged_since(
                session, since=self._cursor, below=below, named=named["label"]
            )
        for file in files:
            followed = self._followed[file.run_id]
            if file.id in followed.episodes:
                continue
            windows = await self._rebuilder.read(followed, file)
            if windows is not None:
                add = partial(self._teacher.add, file.run_id, str(file.id), windows)
                self._thread.post(add)
            self._to_judge.add(file.id)
        for run_id, followed in self._followed.items():
            self._to_judge |= await self._suggester.look(
                run_id, followed.lock_sha256, followed.notes
            )
        await self._judge()
        self._cursor = max(self._cursor, below)
        for kind, ids in named.items():
            self._named[kind] -= ids
        self.passes += 1
        async with self.passed:
            self.passed.notify_all()

    async def _follow_runs(self) -> None:
        async with self._database.unit() as session:
            rows = await repository.runs(session)
        for run_id in set(self._followed) - {row.id for row in rows}:
            del self._followed[run_id]
            self._thread.post(partial(self._teacher.dismiss, run_id))
        for row in rows:
            followed = self._followed.get(row.id)
            if followed is not None:
                if followed.row != row:
                    await self._steer(followed, row)
            elif row.id not in self._hopeless:
                await self._take_on(row)

    async def _steer(self, followed: Followed, row: repository.RunRow) -> None:
        """A person changed the run; what cannot be followed leaves it as it is."""
        followed.row = row
        times_back = followed.tuning.times_back
        try:
            followed.tuning = Tuning.from_dict(row.tuning)
        except (ValueError, TypeError) as error:
            log.error("run %s is not tuned: %s", row.id, error)
        steer = partial(
            self._teacher.steer, row.id, paused=row.state == "paused", tuning=followed.tuning
        )
        self._thread.post(steer)
        actor = await self._rebuilder.earlier_actor(followed, times_back)
        if actor is not None:
            back = partial(self._teacher.go_back, row.id, actor, followed.tuning.times_back)
            self._thread.post(back)

    async def _take_on(self, row: repository.RunRow) -> None:
        rebuilt = await self._rebuilder.rebuild(row)
        if rebuilt is None:
            self._hopeless.add(row.id)
            return
        self._followed[row.id] = followed = rebuilt.followed
        await self._suggester.resume(row.id, followed.lock_sha256, followed.notes)
        seat = partial(
            self._teacher.seat,
            rebuilt.trainee,
            paused=row.state == "paused",
            version=rebuilt.version,
        )
        self._thread.post(seat)

    async def _judge(self) -> None:
        if not self._to_judge:
            return
        async with self._database.unit() as session:
            found = await repository.judgements(session, self._to_judge)
        self._to_judge.clear()
        for judgement in found:
            followed = self._followed.get(judgement.run_id)
            if followed is None or judgement.episode_id not in followed.episodes:
                continue
            outcome = outcome_of(judgement)
            followed.notes.judged(judgement.episode_id, outcome, judgement.version)
            judge = partial(
                self._teacher.judge,
                judgement.run_id,
                str(judgement.episode_id),
                outcome,
                judgement.version,
                judgement.label_id,
            )
            self._thread.post(judge)
