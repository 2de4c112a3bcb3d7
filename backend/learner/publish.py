"""Makes what the training thread says durable: checkpoints, curves, and news of changed rewards."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from backend.db import UNREACHABLE, Database
from backend.errors import Unavailable
from backend.kit.clock import Clock
from backend.kit.ids import uuid7
from backend.learner import repository
from backend.learner.gauge import Point
from backend.learner.loop import Publication
from backend.models import Checkpoint
from backend.storage.objects import ObjectStore
from backend.storage.weights import pack

log = logging.getLogger(__name__)

WAITING: tuple[type[Exception], ...] = (*UNREACHABLE, Unavailable, OSError)

STATES_KEPT = 3
CHECKPOINTS_KEPT = 30
MOST_POINTS = 20_000
"""Curve points kept while the database is away; older ones are lost, and that is all right."""
RETRY_SECONDS = 1.0

Published = Callable[[UUID, int], None]


class Publisher:
    """The outbox of the training thread. Its methods may be called from that thread."""

    def __init__(
        self, database: Database, store: ObjectStore, clock: Clock, published: Published
    ) -> None:
        """`published` hears run id and version of each new checkpoint."""
        self._database = database
        self._store = store
        self._clock = clock
        self._published = published
        self._loop = asyncio.get_running_loop()
        self._checkpoints: dict[UUID, Publication] = {}
        self._points: deque[Point] = deque(maxlen=MOST_POINTS)
        self._rewards: deque[tuple[UUID, UUID, int]] = deque(maxlen=MOST_POINTS)
        self._bell = asyncio.Event()
        self._closing = False

    def publish(self, publication: Publication) -> None:
        """See `Outbox`."""
        self._loop.call_soon_threadsafe(self._take, publication)

    def measured(self, measured: list[Point]) -> None:
        """See `Outbox`."""
        self._loop.call_soon_threadsafe(self._note, self._points.extend, measured)

    def rewarded(self, label_id: UUID, run_id: UUID, updates: int) -> None:
        """See `Outbox`."""
        item = (label_id, run_id, updates)
        self._loop.call_soon_threadsafe(self._note, self._rewards.append, item)

    async def run(self) -> None:
        """Write what comes, until `close` was called and all is written."""
        while not self._closing:
            await self._bell.wait()
            self._bell.clear()
            try:
                await self.flush()
            except WAITING as error:
                if self._closing:
                    log.error("the newest learner states could not be stored: %s", error)
                    return
                log.warning("the learner's results wait: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
                self._bell.set()

    def close(self) -> None:
        """Nothing more will come: `run` makes its last writes and ends."""
        self._closing = True
        self._bell.set()

    async def flush(self) -> None:
        """Write everything that waits; what could not be written still waits afterwards."""
        while self._rewards:
            label_id, run_id, updates = self._rewards[0]
            async with self._database.unit() as session:
                await repository.write_reward(session, label_id, run_id, updates)
            self._rewards.popleft()
        await self._flush_points()
        for run_id in list(self._checkpoints):
            publication = self._checkpoints[run_id]
            version = await self._write_checkpoint(publication)
            if self._checkpoints[run_id] is publication:
                del self._checkpoints[run_id]
            self._published(run_id, version)

    def _take(self, publication: Publication) -> None:
        """Only the newest actor of a run is worth publishing; a state must not get lost."""
        waiting = self._checkpoints.get(publication.run_id)
        if waiting is not None and waiting.state is not None and publication.state is None:
            return
        self._checkpoints[publication.run_id] = publication
        self._bell.set()

    def _note(self, keep: Callable[..., None], item: object) -> None:
        keep(item)
        self._bell.set()

    async def _flush_points(self) -> None:
        measured = list(self._points)
        self._points.clear()
        if not measured:
            return
        try:
            async with self._database.unit() as session:
                await repository.write_points(session, self._clock.now(), measured)
        except WAITING:
            self._points.extendleft(reversed(measured))
            raise

    async def _write_checkpoint(self, publication: Publication) -> int:
        actor, learner = await asyncio.to_thread(self._write_files, publication)
        checkpoint = Checkpoint(
            id=uuid7(),
            run_id=publication.run_id,
            actor_sha256=actor,
            learner_sha256=learner,
            updates=publication.updates,
            transitions=publication.windows,
            lock_sha256=publication.lock_sha256,
            metrics=publication.figures,
        )
        async with self._database.unit() as session:
            version = await repository.add_checkpoint(session, checkpoint)
            before = await repository.checkpoint_files(session)
            await repository.forget_states(session, publication.run_id, keep=STATES_KEPT)
            await repository.thin_checkpoints(session, publication.run_id, keep=CHECKPOINTS_KEPT)
            after = await repository.checkpoint_files(session)
        for sha256 in before - after:
            await asyncio.to_thread(self._store.drop, "checkpoints", sha256)
        return version

    def _write_files(self, publication: Publication) -> tuple[str, str | None]:
        lock = publication.lock_sha256
        about = {"run_id": str(publication.run_id), "updates": publication.updates}
        actor = pack(publication.actor, lock_sha256=lock, **about)
        actor_sha256 = self._store.put("checkpoints", actor)
        if publication.state is None:
            return actor_sha256, None
        counters = asdict(publication.counters)
        state = pack(publication.state, lock_sha256=lock, **about, counters=counters)
        return actor_sha256, self._store.put("checkpoints", state)
