"""The learner's side of a training: what is due, when, and what it looked like."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from backend.learner.experience import windows_in
from backend.learner.gauge import NOT_A_NUMBER, alarm
from backend.learner.trainee import COPY_SLICE, Trainee
from backend.rl.rewards import Outcome
from backend.rl.update import Metrics
from backend.rollout.finish import STRIDE
from backend.storage.recording import EpisodeRecording

HASTE = 1.25
"""Updates per turn over those that come in per turn, so that a backlog shrinks."""


@dataclass
class Learning:
    """A trainee, and means of its figures since they were last asked for."""

    trainee: Trainee
    copied: Callable[[], None]
    """Called when the actor has learned to copy the reference."""
    _alarm: float = 0.0
    _sums: dict[str, float] = field(default_factory=dict)
    _weight: int = 0

    def add(self, recording: EpisodeRecording) -> None:
        """An attempt is over."""
        trainee = self.trainee
        windows = windows_in(
            recording,
            lock_sha256=trainee.lock_sha256,
            normalisation=trainee.normalisation,
            config=trainee.config,
        )
        trainee.add(recording.info.episode_id, windows)

    def judge(self, episode_id: str, outcome: Outcome, version: int) -> None:
        """A label, or its correction; the end of the warm-up learns all that it owes."""
        self.trainee.judge(episode_id, outcome, version)

    def warm_up(self) -> None:
        """Everything that is due before the actor may drive for the first time."""
        while self.trainee.ready and not self.trainee.playable:
            self._slice()

    def some(self) -> None:
        """As much as one turn of the robot brings in, and a little more."""
        config = self.trainee.config
        share = config.updates_per_transition * config.execute / STRIDE
        left = math.ceil(HASTE * share)
        while left > 0 and self.trainee.ready and self.trainee.playable:
            left -= self._slice()

    def figures(self) -> dict[str, float]:
        """Means, and the worst alarm, since the last call."""
        means = {name: round(total / self._weight, 5) for name, total in self._sums.items()}
        worst = {"alarm": self._alarm}
        self._sums, self._weight, self._alarm = {}, 0, 0.0
        return means | worst

    def _slice(self) -> int:
        trainee = self.trainee
        before = trainee.copied
        updates, metrics = trainee.work()
        if updates:
            self._note(updates, metrics)
            return updates
        if before < trainee.config.pretrain_steps <= trainee.copied:
            self.copied()
        return COPY_SLICE

    def _note(self, updates: int, metrics: Metrics) -> None:
        level = alarm(metrics, self.trainee.config)
        self._alarm = max(self._alarm, level)
        if level == NOT_A_NUMBER:
            self.trainee.broken = "not a number"
        for name, value in asdict(metrics).items():
            self._sums[name] = self._sums.get(name, 0.0) + value * updates
        self._weight += updates
