"""Follows the runs that robots play: their configuration and their newest (or promoted) actor.

Actors are swapped whole, so the exchange falls between two chunks. A checkpoint that cannot be used
is refused once and aloud; the last good one stays.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from backend.db import UNREACHABLE, Database, Wakeup
from backend.errors import ConsoleError
from backend.rl.config import RltConfig
from backend.rl.tuning import Tuning
from backend.rollout import repository
from backend.rollout.actors import check_fits, load_actor, load_learned
from backend.rollout.plan import Plan, Snapshot
from backend.rollout.repository import CheckpointRow, RunRow, SuggestionRow
from backend.rollout.resting import actor_drives
from backend.storage.objects import ObjectStore

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
ASKED_AT_MOST = 64
KINDS = frozenset({"checkpoint", "suggestion", "run", "robot", "label"})

LockOf = Callable[[str], Awaitable[str]]
"""Hash of the lock of a task's frozen models."""


class Plans:
    """The plans of all runs in use, by run."""

    def __init__(self, database: Database, store: ObjectStore, lock_of: LockOf) -> None:
        """`run` keeps them fresh."""
        self._database = database
        self._store = store
        self._lock_of = lock_of
        self._plans: dict[UUID, Plan] = {}
        self._sources: dict[UUID, RunRow] = {}
        self._unknown: set[UUID] = set()
        self._asked: OrderedDict[UUID, None] = OrderedDict()
        self._refused: set[UUID] = set()
        self._advised: dict[UUID, UUID] = {}
        """The suggestions in use, by run."""
        self._resting: set[UUID] = set()
        """Runs whose actors gave the robot back."""
        self._bell = asyncio.Event()
        self._fresh = asyncio.Condition()
        self._reachable = True

    def heard(self, wakeup: Wakeup) -> None:
        """A NOTIFY came."""
        if wakeup.kind in KINDS:
            self._bell.set()

    def now(self, run_id: UUID) -> Plan | None:
        """The present plan, or None while it is not known."""
        return self._plans.get(run_id)

    async def wait_for(self, run_id: UUID) -> Plan | None:
        """The plan as soon as the database can tell; None when there is no such run to play."""
        self._asked[run_id] = None
        while len(self._asked) > ASKED_AT_MOST:
            self._asked.popitem(last=False)
        if run_id not in self._plans:
            self._unknown.discard(run_id)
            self._bell.set()
            async with self._fresh:
                await self._fresh.wait_for(lambda: run_id in self._plans or run_id in self._unknown)
        return self._plans.get(run_id)

    async def run(self) -> None:
        """Refresh at every wake-up and every second, until cancelled."""
        while True:
            self._bell.clear()
            try:
                await self.refresh()
            except UNREACHABLE as error:
                if self._reachable:
                    log.warning("checkpoints are not followed, the last ones stay: %s", error)
                self._reachable = False
            else:
                self._reachable = True
            try:
                # wait_for of Python 3.11 loses a cancellation that meets a wake-up.
                async with asyncio.timeout(POLL_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def refresh(self) -> None:
        """Look once."""
        asked = list(self._asked)
        async with self._database.unit() as session:
            runs = await repository.runs_to_follow(session, asked)
            newest = await repository.current_checkpoints(session, [run.id for run in runs])
            learned = await repository.newest_suggestions(session, [run.id for run in runs])
        for run in runs:
            self._read_config(run)
            if run.id in learned and run.id in self._plans:
                await self._advise(run, learned[run.id])
            if run.id not in newest or run.id not in self._plans:
                continue
            if await self._rests(run.id, newest[run.id]):
                self._plans[run.id] = replace(self._plans[run.id], snapshot=None)
            else:
                await self._follow(run, newest[run.id])
        found = {run.id for run in runs}
        self._unknown |= {run_id for run_id in asked if run_id not in found}
        async with self._fresh:
            self._fresh.notify_all()

    def _read_config(self, run: RunRow) -> None:
        if self._sources.get(run.id) == run:
            return
        self._sources[run.id] = run
        if run.algorithm != "rlt":
            log.error("run %s uses %r, which is not played here", run.id, run.algorithm)
            self._unknown.add(run.id)
            return
        try:
            config, tuning = RltConfig.from_dict(run.config), Tuning.from_dict(run.tuning)
        except (ValueError, TypeError) as error:
            log.error("run %s cannot be played: %s", run.id, error)
            self._unknown.add(run.id)
            return
        old = self._plans.get(run.id, Plan(run_id=run.id, config=config))
        self._plans[run.id] = replace(old, config=config, tuning=tuning)

    async def _advise(self, run: RunRow, row: SuggestionRow) -> None:
        """Take suggestions over where hand-offs follow them."""
        plan = self._plans[run.id]
        following = plan.config.hand_off == "suggestion"
        if not following or row.id == self._advised.get(run.id) or row.id in self._refused:
            return
        try:
            lock = await self._lock_of(run.task_id)
            learned = await asyncio.to_thread(load_learned, self._store, row.file_sha256, lock)
        except (ConsoleError, ValueError, KeyError) as error:
            self._refused.add(row.id)
            log.error("suggestions %d of run %s refused: %s", row.version, run.id, error)
            return
        self._advised[run.id] = row.id
        self._plans[run.id] = replace(plan, suggestions=learned)

    async def _rests(self, run_id: UUID, newest: CheckpointRow) -> bool:
        """Whether the base policy drives because the actor did worse than it."""
        async with self._database.unit() as session:
            judged = await repository.judged_attempts(session, run_id)
            rests = not newest.promoted and not actor_drives(self._plans[run_id].config, judged)
            if rests != (run_id in self._resting):
                await repository.note_rest(session, run_id, rests)
        if rests and run_id not in self._resting:
            log.warning("run %s: the actor does worse than the base policy and rests", run_id)
        elif not rests and run_id in self._resting:
            log.info("run %s: the actor may drive again", run_id)
        (self._resting.add if rests else self._resting.discard)(run_id)
        return rests

    async def _follow(self, run: RunRow, row: CheckpointRow) -> None:
        plan = self._plans[run.id]
        playing = plan.snapshot.checkpoint_id if plan.snapshot else None
        if row.id == playing or row.id in self._refused:
            return
        try:
            lock = await self._lock_of(run.task_id)
            actor = await asyncio.to_thread(load_actor, self._store, row.actor_sha256, lock)
            check_fits(actor, plan.config)
        except (ConsoleError, ValueError, RuntimeError) as error:
            self._refused.add(row.id)
            log.error("checkpoint %d of run %s refused: %s", row.version, run.id, error)
            return
        snapshot = Snapshot(checkpoint_id=row.id, version=row.version, actor=actor)
        self._plans[run.id] = replace(plan, snapshot=snapshot)
