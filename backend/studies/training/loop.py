"""The loop of a training: attempt, label, learn, and now and then an evaluation.

Everything follows from the plan and the attempts before, so a training that was killed goes on as
if it had not been, and two trainings of one plan are equal to the last bit.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from backend.learner.gauge import standing
from backend.learner.trainee import Trainee
from backend.rl.alarms import STRETCH, alarms, stretch_of
from backend.rl.fall_back import Drove
from backend.rl.launch import CPU
from backend.rollout.models import FrozenModels
from backend.rollout.plan import Plan, Snapshot
from backend.rollout.resting import actor_drives
from backend.storage.recording import EpisodeRecording
from backend.studies.evaluation.attempts import CONTROL_HZ, row_of
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.training.actors import snapshot_of
from backend.studies.training.attempt import Attempt
from backend.studies.training.folder import Line, TrainingFolder
from backend.studies.training.learning import Learning
from backend.studies.training.plan import BEST_BY, TrainingPlan
from backend.vla.frozen import Frozen

if TYPE_CHECKING:
    from backend.rl.rewards import Outcome

STATE_EVERY = 5
"""Attempts between two saved states: what a kill costs at most."""

Watch = Callable[[Snapshot], dict[str, Any]]
"""Figures of an actor on the watched starts."""
Say = Callable[[str], None]


@dataclass
class Training:
    """One training in one folder."""

    plan: TrainingPlan
    folder: TrainingFolder
    frozen: Frozen
    watch: Watch
    say: Say
    device: torch.device = CPU
    rows: list[Line] = field(default_factory=list)
    watched: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A fresh trainee."""
        plan = self.plan
        self._models = FrozenModels(self.frozen)
        self.trainee = Trainee(
            run_id=plan.run_id,
            config=plan.config,
            dims=self.frozen.dims(plan.config.chunk),
            normalisation=self.frozen.normalisation,
            seed=plan.seed,
            lock_sha256=self.frozen.lock.sha256,
            device=self.device,
        )
        self._learning = Learning(self.trainee, self._copied)
        self._began = time.monotonic()

    def restore(self) -> int:
        """Go on from the newest state; returns the attempts made before it."""
        saved = self.folder.newest_state()
        made = saved.episode if saved else 0
        self.rows = self.folder.lines("rows", made)
        self.watched = self.folder.lines("watched", made)
        for number in range(made):
            recording = self.folder.episode(number)
            self._learning.add(recording)
            self._label(number, recording)
            self._correct(number + 1)
        if saved is not None:
            self.trainee.resume(saved.tensors, saved.counters)
        return made

    def run(self, robot: LockstepRobot, made: int = 0) -> None:
        """All attempts that are still to be made."""
        for number in range(made, self.plan.episodes):
            self._attempt(robot, number)
            done = number + 1
            if self._due(done):
                self._watch(done)
            if done % STATE_EVERY == 0 or done == self.plan.episodes:
                self.folder.keep_state(done, self.trainee)
            if self.trainee.broken:
                self.say("Training gave values that are not numbers and was halted.")
                break
        self.folder.keep_actor("last", self.trainee, len(self.rows))

    def alarms(self, done: int) -> list[str]:
        """What is strange about the stretch that ended after so many attempts."""
        online = [row for row in self.rows[:done] if row["by"] == "rl"]
        parts = [online[at : at + STRETCH] for at in range(0, len(online), STRETCH)]
        known = [made for part in parts if (made := stretch_of(part)) is not None]
        if len(known) < 2:
            return []
        return alarms(known[0], known[-2], known[-1], self.plan.config)

    # ── one attempt ───────────────────────────────────────────────────────────────────────────────

    def _attempt(self, robot: LockstepRobot, number: int) -> None:
        began = time.monotonic()
        plan, trainee = self.plan, self.trainee
        snapshot = self._driver(number)
        attempt = Attempt(
            robot=robot,
            order=plan.order(number),
            plan=Plan(run_id=plan.run_id, config=plan.config, snapshot=snapshot),
            models=self._models,
            sight=plan.sight,
            meanwhile=self._learning.some,
        )
        recording = attempt.play()
        self.folder.keep_episode(number, recording)
        self._learning.add(recording)
        self._label(number, recording)
        self._correct(number + 1)
        self._learning.warm_up()
        row = row_of(attempt.slot, number)
        line = {
            "episode": number + 1,
            "by": "rl" if snapshot is not None else "base",
            **row.to_dict(),
            "beta": trainee.trainer.beta,
            "seconds": round(time.monotonic() - began, 3),
            **standing(trainee),
            **self._learning.figures(),
        }
        self.rows.append(line)
        self.folder.append("rows", line)
        if (number + 1) % 10 == 0:
            self.say(self._line())
        if (number + 1) % STRETCH == 0:
            for sentence in self.alarms(number + 1):
                self.say(f"ALARM after {number + 1}: {sentence}")

    def _driver(self, number: int) -> Snapshot | None:
        """The actor, unless it may not drive yet or has just done worse than the base policy."""
        trainee = self.trainee
        past = [Drove(row["by"] == "rl", row["success"]) for row in self.rows]
        if not trainee.playable or not actor_drives(self.plan.config, past):
            return None
        return snapshot_of(trainee.trainer.actor_state(), number)

    def _label(self, number: int, recording: EpisodeRecording) -> None:
        outcome = self.plan.label(number, recording.info.ended_by == "success")
        self._learning.judge(recording.info.episode_id, outcome, 1)

    def _correct(self, done: int) -> None:
        """Put wrong labels right, all at once, when their time has come."""
        if done != self.plan.correct_at:
            return
        for number in filter(self.plan.mislabelled, range(done)):
            info = self.folder.episode(number).info
            outcome: Outcome = "success" if info.ended_by == "success" else "failure"
            self._learning.judge(info.episode_id, outcome, 2)

    # ── now and then ──────────────────────────────────────────────────────────────────────────────

    def _due(self, done: int) -> bool:
        every = self.plan.watch_every
        return bool(every) and self.trainee.playable and done % every == 0

    def _watch(self, done: int) -> None:
        snapshot = snapshot_of(self.trainee.trainer.actor_state(), done)
        figures = self.watch(snapshot)
        best = max((w[BEST_BY] for w in self.watched), default=-1.0)
        # The evaluation has robot minutes of its own; a curve is drawn over those of practice.
        line = {**figures, "episode": done, "active_minutes": self.active_minutes}
        self.folder.keep_actor(f"{done:05d}", self.trainee, done)
        if figures[BEST_BY] > best:
            self.folder.keep_actor("best", self.trainee, done)
        self.watched.append(line)
        self.folder.append("watched", line)
        self.say(
            f"watched after {done}: success {figures['success_rate']}, "
            f"{figures['median_steps']} steps, {figures['active_throughput_per_10min']} per 10 min"
        )

    def _copied(self) -> None:
        self.folder.keep_actor("copy", self.trainee, len(self.rows) + 1)

    @property
    def practice_seconds(self) -> float:
        """Wall-clock time of the attempts so far, learning included."""
        total: float = sum(row["seconds"] for row in self.rows)
        return total

    @property
    def watch_seconds(self) -> float:
        """Wall-clock time of the evaluations on watched starts so far."""
        total: float = sum(line["watch_seconds"] for line in self.watched)
        return total

    @property
    def active_minutes(self) -> float:
        """Robot time so far, after hand-offs, resets not counted."""
        steps: int = sum(row["precise_steps"] for row in self.rows)
        return round(steps / CONTROL_HZ / 60, 3)

    def _line(self) -> str:
        recent = self.rows[-10:]
        steps = sorted(row["steps"] for row in recent)
        seconds = sum(row["seconds"] for row in recent)
        left = (self.plan.episodes - len(self.rows)) * seconds / len(recent) / 60
        return (
            f"{len(self.rows)}/{self.plan.episodes} episodes, {self.active_minutes:.1f} robot "
            f"minutes, last ten by {recent[-1]['by']}: {sum(row['success'] for row in recent)} "
            f"successes, {steps[len(steps) // 2]} steps; updates {self.trainee.trainer.updates}, "
            f"utd {self.trainee.utd:.2f}, pull {recent[-1].get('bc_distance', 0):.1f}, "
            f"Q {recent[-1].get('q_mean', 0):.2f}, {left:.1f} min left"
        )
