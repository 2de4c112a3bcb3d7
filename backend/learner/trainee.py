"""One run while it learns: networks, replay and the account of updates. Used by one thread.

The phases follow from the counts: collecting (warm-up episodes), copying (behaviour cloning),
warming (the first updates), online (updates owed to windows that came in).
"""

from dataclasses import dataclass, field
from uuid import UUID

import torch
from torch import Tensor

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.exploration import Exploration
from backend.rl.launch import CPU
from backend.rl.normalisation import Normalisation
from backend.rl.rewards import LEARNABLE, Outcome
from backend.rl.schedule import UpdateSchedule
from backend.rl.transitions import Windows
from backend.rl.tuning import Tuning
from backend.rl.update import Metrics

SLICE = 5
"""Updates between two looks at what people decided meanwhile."""
COPY_SLICE = 20


@dataclass(frozen=True, kw_only=True)
class Counters:
    """What goes on counting after a restart."""

    copied: int = 0
    """Steps of behaviour cloning."""
    windows_total: int = 0
    """Labelled windows that ever came in."""
    windows_held: int = 0
    """Labelled windows in the replay when this was written."""
    windows_at_warm: int = 0
    owed: float = 0.0
    warm: bool = False
    times_back: int = 0
    """How often learning went back to an earlier actor."""


@dataclass
class _Judged:
    version: int
    counted: bool = False


@dataclass
class Trainee:
    """A run's learning state."""

    run_id: UUID
    config: RltConfig
    dims: Dims
    normalisation: Normalisation
    seed: int
    lock_sha256: str
    device: torch.device = CPU
    trainer: Rlt = field(init=False)

    def __post_init__(self) -> None:
        """Fresh networks and an empty replay."""
        self.trainer = Rlt(self.config, self.dims, self.normalisation, self.seed, self.device)
        self.replay = self.trainer.new_replay()
        self.schedule = UpdateSchedule(self.config)
        self.copied = 0
        self.windows_total = 0
        self.windows_at_warm = 0
        self.tuning = Tuning()
        self.times_back = 0
        self.broken = ""
        """Why training stopped for good; empty when all is well."""
        self._judged: dict[str, _Judged] = {}
        self._windows: dict[str, int] = {}

    # ── experience ────────────────────────────────────────────────────────────────────────────────

    def add(self, episode_id: str, windows: Windows) -> None:
        """A new episode, not judged yet. A second copy changes nothing."""
        if episode_id in self._windows:
            return
        self._windows[episode_id] = self.replay.add(episode_id, windows)

    def judge(self, episode_id: str, outcome: Outcome, version: int) -> bool:
        """Set the episode's rewards, unless a newer judgement did; returns whether it did.

        Labels count from version 1; 0 is a suggestion that any label overrides.
        """
        known = self._judged.setdefault(episode_id, _Judged(version=-1))
        if episode_id not in self._windows or version <= known.version:
            return False
        known.version = version
        self.replay.set_outcome(episode_id, outcome)
        if outcome in LEARNABLE and not known.counted:
            known.counted = True
            self.windows_total += self._windows[episode_id]
            self.schedule.added(self._windows[episode_id])
        self._after_change()
        return True

    def _after_change(self) -> None:
        episodes = self.replay.episodes
        if self.schedule.try_finish_warmup(episodes, len(self.replay)):
            self.windows_at_warm = self.windows_total
        self._apply_tuning()

    # ── what people change meanwhile ──────────────────────────────────────────────────────────────

    def tune(self, tuning: Tuning) -> None:
        """From the next update on."""
        self.tuning = tuning
        self._apply_tuning()

    def go_back(self, actor: dict[str, Tensor], times_back: int) -> None:
        """Go on from an earlier actor, unless that was done already."""
        if times_back <= self.times_back:
            return
        self.trainer.go_back(actor)
        self.times_back = times_back

    def in_force(self) -> dict[str, float]:
        """The settings that people may change, as they are now; switches are 0 or 1."""
        config, tuning = self.config, self.tuning
        configured = Exploration(config.exploration_chunk, config.exploration_step)
        exploration = tuning.exploration(configured)
        return {
            "beta": self.trainer.beta,
            "exploration_chunk": exploration.per_chunk,
            "exploration_step": exploration.per_step,
            "learning_paused": float(tuning.learning_paused),
            "actor_frozen": float(tuning.actor_frozen),
        }

    def _apply_tuning(self) -> None:
        counted = sum(judged.counted for judged in self._judged.values())
        online = max(0, counted - self.config.warmup_episodes)
        chosen = self.tuning.beta
        self.trainer.beta = self.schedule.beta(online) if chosen is None else chosen
        self.trainer.actor_frozen = self.tuning.actor_frozen

    # ── training ──────────────────────────────────────────────────────────────────────────────────

    @property
    def ready(self) -> bool:
        """Whether there is anything to compute now."""
        halted = self.broken or self.tuning.learning_paused
        if halted or not self.schedule.warm or len(self.replay) == 0:
            return False
        return self.copied < self.config.pretrain_steps or self.schedule.due > 0

    @property
    def playable(self) -> bool:
        """Whether the actor may drive: copied, and through its first updates."""
        done = self.trainer.updates >= self.config.warmup_updates
        return self.schedule.warm and self.copied >= self.config.pretrain_steps and done

    def work(self) -> tuple[int, Metrics]:
        """One slice of what is due; returns the updates made and their means."""
        left = self.config.pretrain_steps - self.copied
        if left > 0:
            steps = min(COPY_SLICE, left)
            metrics = self.trainer.pretrain(self.replay, steps)
            self.copied += steps
            return 0, metrics
        updates = min(SLICE, self.schedule.due)
        metrics = self.trainer.train(self.replay, updates)
        self.schedule.done(updates)
        return updates, metrics

    @property
    def utd(self) -> float:
        """Updates per window since the warm-up, as they really were."""
        windows = self.windows_total - self.windows_at_warm
        updates = self.trainer.updates - self.config.warmup_updates
        return max(0, updates) / windows if windows else 0.0

    # ── resuming ──────────────────────────────────────────────────────────────────────────────────

    def counters(self) -> Counters:
        """What `resume` needs beside the networks."""
        return Counters(
            copied=self.copied,
            windows_total=self.windows_total,
            windows_held=len(self.replay),
            windows_at_warm=self.windows_at_warm,
            owed=self.schedule.owed,
            warm=self.schedule.warm,
            times_back=self.times_back,
        )

    def resume(self, tensors: dict[str, Tensor], counters: Counters) -> None:
        """Go on from a saved state, over a replay that was rebuilt from rows and files."""
        self.trainer.load_state_dict(tensors)
        self.copied = counters.copied
        self.times_back = counters.times_back
        came_since = max(0, len(self.replay) - counters.windows_held)
        self.windows_total = counters.windows_total + came_since
        if counters.warm:
            self.windows_at_warm = counters.windows_at_warm
            self.schedule.resume(counters.owed)
            self.schedule.added(came_since)
