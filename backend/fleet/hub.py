"""The one place where robots meet the console: all cells, in the memory of the web process."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Database, Session
from backend.errors import NotFound
from backend.fleet import repository
from backend.fleet.cells import Cell, spec_of
from backend.fleet.leases import Holder, Lease
from backend.fleet.link import BridgeLink
from backend.fleet.recorder import Recorder
from backend.fleet.video import Video
from backend.kit.clock import Clock
from backend.models import Robot
from robot_bridge.protocol.messages import Drive, Hello, Telemetry, Watch

log = logging.getLogger(__name__)

LEASE_CHECK_SECONDS = 0.2
TOUCH_SECONDS = 10.0
ONE_HAND_SECONDS = 0.5
"""A second page of the same person drives only after the first was silent for this long."""

Observer = Callable[[UUID, bool], None]
"""Told that a robot changed; True when more than numbers did."""


class Fleet:
    """All robots that are in use."""

    def __init__(
        self, database: Database, clock: Clock, *, heartbeat: timedelta, grace: timedelta
    ) -> None:
        """`heartbeat` is how often bridges hear of us; `grace` see `Lease`."""
        self.database = database
        self.clock = clock
        self.heartbeat = heartbeat
        self.recorder = Recorder(database)
        self.video = Video(self._watch)
        self.cells: dict[UUID, Cell] = {}
        self._grace = grace.total_seconds()
        self._observers: list[Observer] = []
        self._pages: Counter[UUID] = Counter()
        self._hands: dict[UUID, tuple[object, float]] = {}
        self._heard: dict[UUID, datetime] = {}

    # ── robots ────────────────────────────────────────────────────────────────────────────────

    def cell(self, robot_id: UUID) -> Cell:
        """One robot; NotFound when there is none."""
        found = self.cells.get(robot_id)
        if found is None:
            raise NotFound("There is no such robot.")
        return found

    def observe(self, observer: Observer) -> None:
        """Call `observer` after every change of a robot."""
        self._observers.append(observer)

    def changed(self, robot_id: UUID, *, situation: bool = True) -> None:
        """Tell the observers."""
        for observer in self._observers:
            observer(robot_id, situation)

    async def load(self) -> None:
        """Read all robots; what is known of a link or a lease stays."""
        async with self.database.unit() as session:
            for row in await repository.robots(session):
                cell = self._adopt(row)
                cell.last_ended = await repository.unlabelled_newest(session, row.id)

    async def reload(self, robot_id: UUID) -> None:
        """Read one robot anew after its row changed."""
        async with self.database.unit() as session:
            row = await repository.robot(session, robot_id)
        if row is None or row.retired_at is not None:
            self.cells.pop(robot_id, None)
            return
        self._adopt(row)
        self.changed(robot_id)

    def _adopt(self, row: Robot) -> Cell:
        cell = self.cells.get(row.id)
        if cell is None:
            cell = Cell(
                id=row.id,
                name=row.name,
                title=row.title,
                kind=row.kind,
                task_id=row.task_id,
                run_id=row.run_id,
                spec=row.spec,
                last_seen_at=row.last_seen_at,
                lease=Lease(row.lease_epoch, self._grace),
            )
            self.cells[row.id] = cell
            return cell
        cell.title, cell.task_id, cell.run_id, cell.spec = (
            row.title, row.task_id, row.run_id, row.spec,
        )  # fmt: skip
        return cell

    # ── links ─────────────────────────────────────────────────────────────────────────────────

    def connect(self, cell: Cell, link: BridgeLink) -> None:
        """A bridge's session stands; an older one of the same bridge is given up."""
        older, cell.link = cell.link, link
        if older is not None:
            older.failed.set()
        cell.telemetry = None
        cell.spec = spec_of(link.hello)
        cell.task_id = link.hello.task
        link.post(self.video.wanted(cell.id))
        values = {"spec": cell.spec, "task_id": cell.task_id, "last_seen_at": self.clock.now()}
        self._store(cell, link.hello, values, "bridge_connected")
        self.changed(cell.id)

    def disconnect(self, cell: Cell, link: BridgeLink) -> None:
        """A session is over. If it was the present one, the robot is away."""
        link.lose()
        if cell.link is not link:
            return
        cell.link = None
        cell.telemetry = None
        cell.last_seen_at = self.clock.now()
        values = {"last_seen_at": cell.last_seen_at}
        self._store(cell, link.hello, values, "bridge_lost")
        self.changed(cell.id)

    def drop(self, robot_id: UUID) -> None:
        """End the session of a robot whose token is worth nothing any longer."""
        cell = self.cells.get(robot_id)
        if cell is not None and cell.link is not None:
            cell.link.failed.set()

    def heard(self, cell: Cell, telemetry: Telemetry) -> None:
        """Telemetry came."""
        situation = cell.observe(telemetry)
        cell.task_id = telemetry.task
        self._heard[cell.id] = cell.last_seen_at = self.clock.now()
        self.changed(cell.id, situation=situation)

    def _store(self, cell: Cell, hello: Hello, values: dict[str, Any], action: str) -> None:
        entry = Entry(
            actor=cell.name,
            action=action,
            at=self.clock.now(),
            robot_id=cell.id,
            details={"version": hello.bridge_version, "boot_id": str(hello.boot_id)},
        )

        async def job(session: Session) -> None:
            if "task_id" in values:
                await repository.register_task(session, hello.task, hello.instruction)
                values["run_id"] = await repository.run_for(session, cell.id, hello.task)
            await repository.change(session, cell.id, values)
            await audit.append(session, entry)

        self.recorder.put(job)

    def _watch(self, robot_id: UUID, wanted: Watch) -> None:
        cell = self.cells.get(robot_id)
        if cell is not None and cell.link is not None:
            cell.link.post(wanted)

    # ── episodes ──────────────────────────────────────────────────────────────────────────────

    def live_robot(self, episode_id: UUID) -> Cell | None:
        """The robot on which this episode is under way."""
        return next((c for c in self.cells.values() if c.live_episode == episode_id), None)

    def announced_by(self, episode_id: UUID) -> Cell | None:
        """The robot whose bridge spoke of this episode since this process started."""
        return next((c for c in self.cells.values() if episode_id in c.announced), None)

    def judged(self, episode_id: UUID, *, labelled: bool) -> None:
        """A label of this episode was committed."""
        for cell in self.cells.values():
            if labelled:
                cell.labelled.add(episode_id)
            else:
                cell.labelled.remove(episode_id)
            if cell.last_ended == episode_id:
                self.changed(cell.id)

    # ── leases ────────────────────────────────────────────────────────────────────────────────

    def page_opened(self, user_id: UUID) -> None:
        """A live page of this person opened."""
        self._pages[user_id] += 1
        self.present(user_id)

    def page_closed(self, user_id: UUID) -> None:
        """A live page of this person closed; with the last one the lease begins to run out."""
        self._pages[user_id] -= 1
        if self._pages[user_id] > 0:
            return
        del self._pages[user_id]
        for cell in self._held_by(user_id):
            cell.lease.abandon(self.clock.monotonic())

    def present(self, user_id: UUID) -> None:
        """This person was heard."""
        for cell in self._held_by(user_id):
            cell.lease.renew(self.clock.monotonic())

    def grant(self, cell: Cell, holder: Holder, epoch: int) -> None:
        """A new driver, already stored."""
        cell.lease.take(holder, epoch, self.clock.monotonic())
        if not self._pages[holder.id]:
            cell.lease.abandon(self.clock.monotonic())
        self.changed(cell.id)

    def ask(self, cell: Cell, person: Holder) -> None:
        """Somebody would like to drive."""
        cell.lease.asking = person
        self.changed(cell.id)

    def release(self, cell: Cell) -> None:
        """Nobody drives any longer."""
        cell.lease.release()
        self.changed(cell.id)

    def drive(self, cell: Cell, user_id: UUID, page: object, message: Drive) -> bool:
        """A person's hands. False when they do not hold the lease."""
        if not cell.lease.held_by(user_id):
            return False
        now = self.clock.monotonic()
        hand, at = self._hands.get(cell.id, (page, now))
        if hand is not page and now - at < ONE_HAND_SECONDS:
            return False
        self._hands[cell.id] = (page, now)
        cell.lease.renew(now)
        if cell.link is not None:
            cell.link.drive(message)
        return True

    def expire_leases(self) -> None:
        """Take the lease of everybody who has been away too long."""
        for cell in self.cells.values():
            if not cell.lease.expired(self.clock.monotonic()):
                continue
            holder = cell.lease.holder
            assert holder is not None
            self.release(cell)
            entry = Entry(
                actor=holder.name,
                action="lease_expired",
                at=self.clock.now(),
                robot_id=cell.id,
                details={"epoch": cell.lease.epoch},
            )
            self.recorder.put(partial(_append, entry))

    def _held_by(self, user_id: UUID) -> Iterable[Cell]:
        return [cell for cell in self.cells.values() if cell.lease.held_by(user_id)]

    # ── background ────────────────────────────────────────────────────────────────────────────

    async def watch_leases(self) -> None:
        """Look for expired leases for ever."""
        while True:
            await asyncio.sleep(LEASE_CHECK_SECONDS)
            self.expire_leases()

    async def note_heard(self) -> None:
        """Store now and then when robots were last heard."""
        while True:
            await asyncio.sleep(TOUCH_SECONDS)
            heard, self._heard = self._heard, {}
            if heard:
                self.recorder.put(partial(repository.touch, heard))

    async def close(self) -> None:
        """Tell every bridge that we go."""
        links = [cell.link for cell in self.cells.values() if cell.link is not None]
        with suppress(TimeoutError):
            await asyncio.gather(*(link.close("the web process stops") for link in links))


async def _append(entry: Entry, session: Session) -> None:
    await audit.append(session, entry)
