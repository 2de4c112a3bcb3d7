"""Turns committed rows into live messages.

NOTIFY only wakes; what is sent comes from reading the rows. Each second it looks anyway, so that a
lost notification or a lost connection delays a message and never drops one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from uuid import UUID

import msgspec
import psycopg

from backend.audit import repository as audit
from backend.audit.service import as_row
from backend.db import CHANNEL, UNREACHABLE, Database, Session, libpq_url
from backend.episodes import service as episodes
from backend.evaluations import service as evaluations
from backend.fleet.hub import Fleet
from backend.labels import repository as labels
from backend.labels.service import is_undone, item_of
from backend.live import repository
from backend.live.hub import LiveHub, encode
from backend.runs import repository as runs
from backend.runs import service as run_service
from backend.runs.schemas import CheckpointItem

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
LEAST_PERIOD = 0.05
"""Seconds between two looks: a single change is told at once, a burst of them together."""
BATCH = 500
LOOK_BACK = 2000
"""Ids of points, over all runs: those of the last seconds."""


class Wake(msgspec.Struct, frozen=True):
    """What a notification says."""

    kind: str
    id: str


class Listener:
    """Follows the database for the live pages."""

    def __init__(self, database: Database, fleet: Fleet, hub: LiveHub) -> None:
        """Nothing is read before `start`."""
        self._database = database
        self._fleet = fleet
        self._hub = hub
        self._cursor = 0
        self._audit_seq = 0
        self._points: dict[UUID, int] = {}
        self._sent: set[UUID] = set()
        self._woken = asyncio.Event()
        self._wakes: list[Wake] = []

    async def start(self) -> None:
        """Begin at the present end of everything."""
        async with self._database.unit() as session:
            self._cursor = await repository.horizon(session)
            self._audit_seq = await audit.newest_seq(session)

    async def listen(self) -> None:
        """Collect notifications for ever, over a connection of its own."""
        away = False
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    libpq_url(self._database.url), autocommit=True, connect_timeout=3
                ) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    if away:
                        log.warning("listening again")
                    away = False
                    async for note in connection.notifies():
                        self._note(note.payload)
            except psycopg.OperationalError as error:
                if not away:
                    log.warning("not listening: %s", error)
                away = True
                await asyncio.sleep(RETRY_SECONDS)

    def _note(self, payload: str) -> None:
        try:
            self._wakes.append(msgspec.json.decode(payload, type=Wake))
        except msgspec.DecodeError:
            log.warning("a notification was not understood: %.80r", payload)
            return
        self._woken.set()

    async def follow(self) -> None:
        """Read and send what is new, when woken and each second, for ever."""
        away = False
        looked_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            await asyncio.sleep(max(0.0, looked_at + LEAST_PERIOD - loop.time()))
            looked_at = loop.time()
            self._woken.clear()
            wakes, self._wakes = self._wakes, []
            try:
                await self.catch_up(wakes)
            except UNREACHABLE as error:
                self._wakes = wakes + self._wakes
                if not away:
                    log.warning("not following: %s", error.__class__.__name__)
                away = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                away = False

    async def catch_up(self, wakes: list[Wake]) -> None:
        """Read everything that is new and send it."""
        async with self._database.unit() as session:
            await self._rows(session)
            await self._events(session)
            await self._metrics(session)
            for wake in dict.fromkeys(wakes):
                await self._named(session, wake)
        for wake in dict.fromkeys(wakes):
            if wake.kind == "robot":
                await self._fleet.reload(UUID(wake.id))

    async def _rows(self, session: Session) -> None:
        """Labels and episodes, by the order of their commits."""
        # A row whose transaction is not below the horizon yet is read more than once.
        horizon = await repository.horizon(session)
        label_ids = await repository.labels_since(session, self._cursor)
        episode_ids = await repository.episodes_since(session, self._cursor)
        judged = await labels.several(session, self._new(label_ids))
        touched = {label.episode_id for label, _ in judged} | set(self._new(episode_ids))
        items = await episodes.read_several(session, touched) if touched else []
        self._cursor = horizon
        self._sent = {*label_ids, *episode_ids}
        robots = {item.id: item.robot.id for item in items}
        for label, user in judged:
            self._fleet.judged(label.episode_id, labelled=not is_undone(label))
            shown = item_of((label, user)).model_dump(mode="json")
            self._hub.fact(encode("label", label=shown), robots.get(label.episode_id))
        for item in items:
            shown = item.model_dump(mode="json")
            self._hub.fact(encode("episode", episode=shown), item.robot.id)

    def _new(self, ids: Sequence[UUID]) -> list[UUID]:
        return [one for one in ids if one not in self._sent]

    async def _events(self, session: Session) -> None:
        for event in await audit.after(session, self._audit_seq, BATCH):
            self._audit_seq = event.seq
            message = encode("event", event=as_row(event).model_dump(mode="json"))
            self._hub.fact(message, event.robot_id)

    async def _metrics(self, session: Session) -> None:
        watched = self._hub.subscribed_runs()
        self._points = {run_id: last for run_id, last in self._points.items() if run_id in watched}
        for run_id in watched:
            if run_id not in self._points:
                # What came between the page's own reading and this look must not be lost: the one
                # point of a changed setting has no successor. Pages drop repeats by id.
                newest = await runs.newest_point(session, run_id)
                self._points[run_id] = max(0, newest - LOOK_BACK)
            await self._points_of(session, run_id)

    async def _points_of(self, session: Session, run_id: UUID) -> None:
        found = await runs.points_after(session, run_id, self._points[run_id], BATCH * 10)
        if not found:
            return
        self._points[run_id] = found[-1].id
        points: dict[str, list[tuple[int, float, int, float]]] = {}
        for point in found:
            row = (point.id, point.at.timestamp(), point.updates, point.value)
            points.setdefault(point.name, []).append(row)
        self._hub.run_fact(encode("metrics", run=run_id, points=points), run_id)

    async def _named(self, session: Session, wake: Wake) -> None:
        readers: dict[str, Callable[[Session, UUID], Awaitable[None]]] = {
            "run": self._run,
            "checkpoint": self._checkpoint,
            "reward": self._reward,
            "evaluation": self._evaluation,
        }
        reader = readers.get(wake.kind)
        if reader is not None:
            await reader(session, UUID(wake.id))

    async def _run(self, session: Session, run_id: UUID) -> None:
        item = await run_service.read(session, run_id)
        self._hub.fact(encode("run", run=item.model_dump(mode="json")))

    async def _evaluation(self, session: Session, evaluation_id: UUID) -> None:
        item = await evaluations.read_item(session, evaluation_id)
        message = encode("evaluation", evaluation=item.model_dump(mode="json"))
        self._hub.run_fact(message, item.run_id)

    async def _reward(self, _: Session, label_id: UUID) -> None:
        """The learner's own word that this label has changed rewards."""
        self._hub.fact(encode("reward", label=str(label_id)))

    async def _checkpoint(self, session: Session, subject: UUID) -> None:
        """`subject` is a checkpoint, or the run that follows its newest one again."""
        found = await runs.checkpoint(session, subject)
        if found is None:
            await self._run(session, subject)
            return
        item = CheckpointItem.model_validate(found)
        self._hub.fact(encode("checkpoint", checkpoint=item.model_dump(mode="json")))
