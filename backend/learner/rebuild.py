"""Takes a run on: its replay from rows and files, its networks from the newest learner state."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import torch
from torch import Tensor

from backend.db import Database
from backend.errors import ConfigError, ConsoleError
from backend.learner import repository
from backend.learner.experience import windows_in
from backend.learner.repository import EpisodeFile, Judgement, RunRow
from backend.learner.suggesting import Notes, trace_in
from backend.learner.trainee import Counters, Trainee
from backend.rl.config import RltConfig
from backend.rl.normalisation import Normalisation
from backend.rl.rewards import Outcome
from backend.rl.suggestions import Trace
from backend.rl.transitions import Windows
from backend.rl.tuning import Tuning
from backend.storage.objects import ObjectStore
from backend.storage.recording import EpisodeRecording
from backend.storage.weights import unpack
from backend.vla.frozen import Frozen

log = logging.getLogger(__name__)


@dataclass
class Followed:
    """A run that is being learned, as the event loop knows it."""

    row: RunRow
    config: RltConfig
    normalisation: Normalisation
    lock_sha256: str
    tuning: Tuning
    episodes: set[UUID] = field(default_factory=set)
    """Those that were read, whether they could be used or not."""
    notes: Notes = field(default_factory=Notes)
    """What suggestions are learned from."""


@dataclass(frozen=True)
class Rebuilt:
    """A run, ready to be trained."""

    followed: Followed
    trainee: Trainee
    version: int
    """Of its newest checkpoint."""


def outcome_of(judgement: Judgement) -> Outcome:
    """The table allows no other words."""
    return cast(Outcome, judgement.outcome)


class Rebuilder:
    """Reads what a run has left in rows and files."""

    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        load: Callable[[str], Frozen],
        device: torch.device,
    ) -> None:
        """`load` gives the frozen models of a task, or raises ConsoleError."""
        self._device = device
        self._database = database
        self._store = store
        self._load = load

    async def read(
        self, followed: Followed, file: EpisodeFile, *, fresh: bool = True
    ) -> Windows | None:
        """The windows of an episode; None, and a line in the log, if it cannot be used.

        What suggestions need of it is noted; a fresh one was in none of their lessons.
        """
        followed.episodes.add(file.id)
        try:
            windows, trace = await asyncio.to_thread(self._read, followed, file)
        except (ConsoleError, OSError) as error:
            log.error("episode %s is not learned from: %s", file.id, error)
            return None
        followed.notes.saw(file.id, trace, fresh=fresh)
        return windows

    async def rebuild(self, row: RunRow) -> Rebuilt | None:
        """The whole run; None, and a line in the log, if it cannot be learned here."""
        try:
            config, tuning = RltConfig.from_dict(row.config), Tuning.from_dict(row.tuning)
            frozen = await asyncio.to_thread(self._load, row.task_id)
        except (ConsoleError, ValueError, TypeError) as error:
            log.error("run %s cannot be learned: %s", row.id, error)
            return None
        trainee = Trainee(
            run_id=row.id,
            config=config,
            dims=frozen.dims(config.chunk),
            normalisation=frozen.normalisation,
            seed=row.seed,
            lock_sha256=frozen.lock.sha256,
            device=self._device,
        )
        followed = Followed(row, config, frozen.normalisation, frozen.lock.sha256, tuning)
        await self._refill(followed, trainee)
        version = await self._resume(trainee)
        if (actor := await self.earlier_actor(followed, trainee.times_back)) is not None:
            trainee.go_back(actor, tuning.times_back)
        trainee.tune(tuning)
        log.info(
            "run %s: %d episodes to learn from, %d windows, %d updates made, version %d",
            row.id,
            trainee.replay.episodes,
            len(trainee.replay),
            trainee.trainer.updates,
            version,
        )
        return Rebuilt(followed, trainee, version)

    async def earlier_actor(self, followed: Followed, times_back: int) -> dict[str, Tensor] | None:
        """The actor to go back to, when a person asked for it more often than it was done."""
        tuning = followed.tuning
        if tuning.times_back <= times_back:
            return None
        async with self._database.unit() as session:
            file = await repository.actor_file(session, followed.row.id, tuning.back_to)
        try:
            if file is None:
                raise ConfigError(f"Version {tuning.back_to} is gone.")
            content = await asyncio.to_thread(self._store.get, "checkpoints", file)
            return unpack(content, lock_sha256=followed.lock_sha256)[0]
        except (ConsoleError, OSError, ValueError) as error:
            log.error("run %s does not go back: %s", followed.row.id, error)
            return None

    async def _refill(self, followed: Followed, trainee: Trainee) -> None:
        async with self._database.unit() as session:
            files = await repository.episodes_of_run(session, trainee.run_id)
            judged = await repository.judgements(session, {file.id for file in files})
        by_episode = {judgement.episode_id: judgement for judgement in judged}
        for file in files:
            windows = await self.read(followed, file, fresh=False)
            if windows is None:
                continue
            trainee.add(str(file.id), windows)
            judgement = by_episode.get(file.id)
            if judgement is not None:
                outcome = outcome_of(judgement)
                trainee.judge(str(file.id), outcome, judgement.version)
                followed.notes.judged(file.id, outcome, judgement.version)

    async def _resume(self, trainee: Trainee) -> int:
        async with self._database.unit() as session:
            version = await repository.newest_version(session, trainee.run_id)
            states = await repository.states(session, trainee.run_id)
        for state in states:
            try:
                await asyncio.to_thread(self._load_state, trainee, state.learner_sha256)
            except (ConsoleError, ValueError, RuntimeError, KeyError, TypeError) as error:
                log.error("learner state of version %d is left out: %s", state.version, error)
            else:
                return version
        if version:
            log.error("run %s has no usable learner state: it starts anew", trainee.run_id)
        return version

    def _load_state(self, trainee: Trainee, sha256: str) -> None:
        content = self._store.get("checkpoints", sha256)
        tensors, metadata = unpack(content, lock_sha256=trainee.lock_sha256)
        trainee.resume(tensors, Counters(**metadata["counters"]))

    def _read(self, followed: Followed, file: EpisodeFile) -> tuple[Windows, Trace | None]:
        content = self._store.get("episodes", file.file_sha256)
        recording = EpisodeRecording.from_bytes(content)
        windows = windows_in(
            recording,
            lock_sha256=followed.lock_sha256,
            normalisation=followed.normalisation,
            config=followed.config,
        )
        return windows, trace_in(recording, followed.config)
