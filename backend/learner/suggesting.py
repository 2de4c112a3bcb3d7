"""Learns suggestions beside a run: seldom, and in a thread that yields to all others.

Nothing waits for it: not the updates, not the rewards, not the robots.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import torch

from backend.db import UNREACHABLE, Database
from backend.errors import ConsoleError
from backend.kit.ids import uuid7
from backend.learner import repository
from backend.models import Suggestion
from backend.rl.config import RltConfig
from backend.rl.rewards import LEARNABLE, Outcome
from backend.rl.suggestions import Judged, Suggestions, Taught, Trace, teach, trace_of
from backend.storage.objects import ObjectStore
from backend.storage.recording import EpisodeRecording
from backend.storage.weights import pack, unpack

log = logging.getLogger(__name__)

EVERY = 10
"""Newly judged attempts between two lessons."""
MOST_TRACES = 400
LEAST_PRIORITY = 19
WAITING: tuple[type[Exception], ...] = (*UNREACHABLE, ConsoleError, OSError)


@dataclass(frozen=True)
class Known:
    """The newest suggestions of a run."""

    id: UUID
    taught: Taught


@dataclass
class Notes:
    """What is remembered of one run's attempts, in the order in which they were stored."""

    traces: dict[UUID, Trace] = field(default_factory=dict)
    outcomes: dict[UUID, tuple[int, Outcome]] = field(default_factory=dict)
    """Version and outcome of the label that counts."""
    taught_from: int = 0
    """Judged attempts at the last lesson."""
    known: Known | None = None
    to_say: dict[UUID, tuple[UUID, float]] = field(default_factory=dict)
    """By attempt what the suggestion of this id says of its success, until it is written."""

    def saw(self, episode_id: UUID, trace: Trace | None, *, fresh: bool) -> None:
        """An attempt was read; a fresh one is judged by suggestions that never saw it."""
        if trace is None:
            return
        self.traces[episode_id] = trace
        while len(self.traces) > MOST_TRACES:
            del self.traces[next(iter(self.traces))]
        if not fresh or self.known is None:
            return
        said = self.known.taught.suggestions.success_probability(trace)
        if said is not None:
            self.to_say[episode_id] = (self.known.id, said)

    def judged(self, episode_id: UUID, outcome: Outcome, version: int) -> None:
        """A label; the newest version counts."""
        if version > self.outcomes.get(episode_id, (0, outcome))[0]:
            self.outcomes[episode_id] = (version, outcome)

    @property
    def judgements(self) -> int:
        """Attempts that can be learned from."""
        return sum(outcome in LEARNABLE for _, outcome in self.outcomes.values())

    @property
    def due(self) -> bool:
        """Whether a lesson is worth it."""
        return self.judgements >= self.taught_from + EVERY

    def lesson(self, by_suggestion: set[UUID]) -> list[Judged]:
        """Everything that can be learned from now."""
        return [
            Judged(
                trace=trace,
                outcome=self.outcomes[episode_id][1],
                by_suggestion=episode_id in by_suggestion,
            )
            for episode_id, trace in self.traces.items()
            if episode_id in self.outcomes
        ]


class Suggester:
    """Teaches one run at a time. Used from the event loop."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        """Nothing is learned before `look`."""
        self._database = database
        self._store = store
        self._teaching: asyncio.Task[None] | None = None

    async def resume(self, run_id: UUID, lock_sha256: str, notes: Notes) -> None:
        """Take the newest suggestions up again; those of other models are left out."""
        async with self._database.unit() as session:
            row = await repository.newest_suggestion(session, run_id)
        if row is None:
            return
        notes.taught_from = row.attempts
        try:
            content = await asyncio.to_thread(self._store.get, "suggestions", row.file_sha256)
            suggestions = load(content, lock_sha256)
            notes.known = Known(row.id, Taught(suggestions=suggestions, figures=row.figures))
        except (ConsoleError, ValueError, KeyError) as error:
            log.error("suggestions %d of run %s are left out: %s", row.version, run_id, error)

    async def look(self, run_id: UUID, lock_sha256: str, notes: Notes) -> set[UUID]:
        """Write what was said of new attempts, and begin a lesson if one is due.

        Returns the attempts of which something was written.
        """
        written = set(notes.to_say)
        if notes.to_say:
            async with self._database.unit() as session:
                for episode_id, said in notes.to_say.items():
                    await repository.write_suggested(session, episode_id, *said)
            notes.to_say.clear()
        if notes.due and (self._teaching is None or self._teaching.done()):
            self._teaching = asyncio.create_task(self._teach(run_id, lock_sha256, notes))
        return written

    async def close(self) -> None:
        """Let go of a lesson under way; it is begun again after the next start."""
        if self._teaching is not None:
            self._teaching.cancel()
            await asyncio.wait((self._teaching,))

    async def _teach(self, run_id: UUID, lock_sha256: str, notes: Notes) -> None:
        attempts = notes.judgements
        try:
            async with self._database.unit() as session:
                by_suggestion = await repository.handed_off_by_suggestion(session, run_id)
            taught = await _beside(partial(teach, notes.lesson(by_suggestion)))
            if taught is not None:
                whole = taught.on_top_of(notes.known.taught if notes.known else None)
                suggestion_id = await self._publish(run_id, lock_sha256, attempts, whole)
                notes.known = Known(suggestion_id, whole)
            notes.taught_from = attempts
        except WAITING as error:
            log.warning("suggestions of run %s wait: %s", run_id, error)

    async def _publish(self, run_id: UUID, lock_sha256: str, attempts: int, taught: Taught) -> UUID:
        content = packed(taught, lock_sha256, run_id=str(run_id), attempts=attempts)
        row = Suggestion(
            id=uuid7(),
            run_id=run_id,
            file_sha256=await asyncio.to_thread(self._store.put, "suggestions", content),
            lock_sha256=lock_sha256,
            attempts=attempts,
            figures=taught.figures,
        )
        async with self._database.unit() as session:
            await repository.add_suggestion(session, row)
        return row.id


def trace_in(recording: EpisodeRecording, config: RltConfig) -> Trace | None:
    """One attempt as suggestions are learned from it."""
    info = recording.info
    return trace_of(
        episode_id=info.episode_id,
        anchor_step=recording.anchor_step,
        z=recording.z,
        state=recording.state,
        hand_off_step=info.hand_off_step if info.hand_off_step >= 0 else None,
        switches=info.regime == "full",
        execute=config.execute,
        delay=info.delay,
    )


def packed(taught: Taught, lock_sha256: str, **about: Any) -> bytes:  # noqa: ANN401
    """The file: what was learned, and its card."""
    tensors = {name: torch.from_numpy(array) for name, array in taught.suggestions.arrays().items()}
    return pack(tensors, lock_sha256=lock_sha256, figures=taught.figures, **about)


def load(content: bytes, lock_sha256: str) -> Suggestions:
    """The file read back; raises LockMismatch, ValueError or KeyError when it cannot be used."""
    tensors, _ = unpack(content, lock_sha256=lock_sha256)
    return Suggestions.load({name: tensor.numpy() for name, tensor in tensors.items()})


async def _beside(work: Callable[[], Taught | None]) -> Taught | None:
    """Done in a thread that no process waits for when it ends."""
    job: Future[Taught | None] = Future()
    job.set_running_or_notify_cancel()
    threading.Thread(target=_work, args=(job, work), name="suggestions", daemon=True).start()
    return await asyncio.wrap_future(job)


def _work(job: Future[Taught | None], work: Callable[[], Taught | None]) -> None:
    with suppress(OSError):
        # Linux gives each thread a priority of its own.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST_PRIORITY)
    try:
        job.set_result(work())
    except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
        job.set_exception(error)
