"""One slice of each run in turn, and what comes of it: actors, curves, alarms.

Lives in the training thread. What it has to say goes out through `Outbox` as values, so no network
is ever shared between threads.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from torch import Tensor

from backend.learner.gauge import (
    EVERY_SECONDS,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    Gauge,
    Point,
    alarm,
    points,
    standing,
)
from backend.learner.trainee import Counters, Trainee
from backend.rl.rewards import Outcome
from backend.rl.transitions import Windows
from backend.rl.tuning import Tuning
from backend.rl.update import Metrics

log = logging.getLogger(__name__)

PUBLISH_SECONDS = 2.0
STATE_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Publication:
    """An actor for the robots and, now and then, all that is needed to go on."""

    run_id: UUID
    lock_sha256: str
    actor: dict[str, Tensor]
    state: dict[str, Tensor] | None
    counters: Counters
    updates: int
    windows: int
    figures: dict[str, float]


class Outbox(Protocol):
    """What the thread tells the event loop. Every method returns at once."""

    def publish(self, publication: Publication) -> None:
        """An actor to be published."""
        ...

    def measured(self, measured: list[Point]) -> None:
        """Points of curves."""
        ...

    def rewarded(self, label_id: UUID, run_id: UUID, updates: int) -> None:
        """Rewards were set from this label, just now."""
        ...


@dataclass
class _Seat:
    """A run's place at the table."""

    trainee: Trainee
    gauge: Gauge
    paused: bool
    published_at: float
    published_updates: int
    state_at: float
    state_updates: int
    version: int = 0
    alarmed: float = 0.0
    told: dict[str, float] = field(default_factory=dict)
    """Settings in force, as the curves show them."""


@dataclass
class Teacher:
    """Owns all trainees. Methods that change them are put into the inbox as calls."""

    outbox: Outbox
    clock: Callable[[], float] = time.monotonic
    seats: dict[UUID, _Seat] = field(default_factory=dict)

    # ── calls from the inbox ──────────────────────────────────────────────────────────────────────

    def seat(self, trainee: Trainee, *, paused: bool, version: int) -> None:
        """A run begins, or goes on after a restart."""
        now = self.clock()
        self.seats[trainee.run_id] = _Seat(
            trainee=trainee,
            gauge=Gauge(now),
            paused=paused,
            published_at=now,
            # A restarted learner need not publish what the robots play already.
            published_updates=trainee.trainer.updates if version else -1,
            state_at=now,
            state_updates=trainee.trainer.updates,
            version=version,
        )

    def steer(self, run_id: UUID, *, paused: bool, tuning: Tuning) -> None:
        """What a person decided. Paused runs remember labels and episodes but do not train."""
        seat = self.seats.get(run_id)
        if seat is not None:
            seat.paused = paused
            seat.trainee.tune(tuning)

    def go_back(self, run_id: UUID, actor: dict[str, Tensor], times_back: int) -> None:
        """A person rolled the run back: learning goes on from that actor, and says so at once."""
        seat = self.seats.get(run_id)
        if seat is not None:
            seat.trainee.go_back(actor, times_back)
            self._publish(seat, with_state=True)

    def dismiss(self, run_id: UUID) -> None:
        """A run is over: keep where it stands, and let it go."""
        seat = self.seats.pop(run_id, None)
        if seat is not None:
            self._publish(seat, with_state=True)

    def published(self, run_id: UUID, version: int) -> None:
        """A publication got its version."""
        if run_id in self.seats:
            self.seats[run_id].version = version

    def add(self, run_id: UUID, episode_id: str, windows: Windows) -> None:
        """A new episode."""
        if run_id in self.seats:
            self.seats[run_id].trainee.add(episode_id, windows)

    def judge(
        self, run_id: UUID, episode_id: str, outcome: Outcome, version: int, label_id: UUID | None
    ) -> None:
        """A judgement; the event loop hears at once when a label changed rewards."""
        seat = self.seats.get(run_id)
        if seat is None or not seat.trainee.judge(episode_id, outcome, version):
            return
        trainee = seat.trainee
        if label_id is not None:
            self.outbox.rewarded(label_id, run_id, trainee.trainer.updates)
        self.outbox.measured(points(trainee, standing(trainee)))

    # ── training ──────────────────────────────────────────────────────────────────────────────────

    def round(self, pending: Callable[[], None]) -> bool:
        """One slice of every run that has something due; returns whether any had."""
        busy = False
        for run_id in list(self.seats):
            pending()
            seat = self.seats.get(run_id)
            if seat is not None and not seat.paused and seat.trainee.ready:
                self._slice(seat)
                busy = True
        for seat in self.seats.values():
            self._report(seat)
        return busy

    def close(self) -> None:
        """Keep where every run stands."""
        for run_id in list(self.seats):
            self.dismiss(run_id)

    def _slice(self, seat: _Seat) -> None:
        updates, metrics = seat.trainee.work()
        seat.gauge.note(updates, metrics)
        if updates:
            self._watch(seat, metrics)

    def _watch(self, seat: _Seat, metrics: Metrics) -> None:
        trainee = seat.trainee
        level = alarm(metrics, trainee.config)
        if level != seat.alarmed and level:
            self.outbox.measured(points(trainee, {"alarm": level}))
            if level == OUT_OF_RANGE:
                log.warning(
                    "run %s: critics say %.2f to %.2f, outside possible returns",
                    trainee.run_id,
                    metrics.q_min,
                    metrics.q_max,
                )
        seat.alarmed = level
        if level == NOT_A_NUMBER:
            trainee.broken = "not a number"
            log.error(
                "run %s: training gave values that are not numbers and was halted; the last good "
                "actor stays. Restart the learner to go on from its last good state.",
                trainee.run_id,
            )

    def _report(self, seat: _Seat) -> None:
        now = self.clock()
        self._tell_settings(seat)
        if now - seat.gauge.since >= EVERY_SECONDS:
            measured = seat.gauge.read(seat.trainee, now, seat.version)
            if measured:
                self.outbox.measured(measured)
        # A frozen actor is no news: only the critics' state is worth keeping.
        period = STATE_SECONDS if seat.trainee.tuning.actor_frozen else PUBLISH_SECONDS
        due = now - seat.published_at >= period or seat.published_updates < 0
        if due and seat.trainee.trainer.updates > seat.published_updates:
            self._publish(seat, with_state=now - seat.state_at >= STATE_SECONDS)

    def _tell_settings(self, seat: _Seat) -> None:
        """One point of each setting's curve at every change: from which update on it held."""
        in_force = seat.trainee.in_force()
        if in_force != seat.told:
            seat.told = in_force
            self.outbox.measured(points(seat.trainee, in_force))

    def _publish(self, seat: _Seat, *, with_state: bool) -> None:
        trainee, now = seat.trainee, self.clock()
        before = seat.state_updates if with_state else seat.published_updates
        nothing_new = trainee.trainer.updates == before
        if trainee.broken or not trainee.playable or nothing_new:
            return
        first = seat.version == 0 and seat.published_updates < 0
        state = trainee.trainer.state_dict() if with_state or first else None
        self.outbox.publish(
            Publication(
                run_id=trainee.run_id,
                lock_sha256=trainee.lock_sha256,
                actor=trainee.trainer.actor_state(),
                state=state,
                counters=trainee.counters(),
                updates=trainee.trainer.updates,
                windows=trainee.windows_total,
                figures=standing(trainee) | trainee.in_force(),
            )
        )
        seat.published_at, seat.published_updates = now, trainee.trainer.updates
        if state is not None:
            seat.state_at, seat.state_updates = now, trainee.trainer.updates
