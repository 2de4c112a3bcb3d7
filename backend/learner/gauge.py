"""Curves and alarms: what a run's training looks like, averaged over half a second. Pure."""

import math
from dataclasses import asdict, dataclass, field
from uuid import UUID

from backend.learner.trainee import Trainee
from backend.rl.config import RltConfig
from backend.rl.update import Metrics

EVERY_SECONDS = 0.5
NOT_A_NUMBER = 1.0
OUT_OF_RANGE = 2.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of one curve."""

    run_id: UUID
    name: str
    updates: int
    value: float


@dataclass
class Gauge:
    """Collects the means of one run between two readings."""

    since: float
    _updates: int = 0
    _sums: dict[str, float] = field(default_factory=dict)
    _weight: int = 0

    def note(self, updates: int, metrics: Metrics) -> None:
        """A slice was done; copying steps count as one and show their distance only."""
        values = asdict(metrics) if updates else {"bc_distance": metrics.bc_distance}
        weight = max(updates, 1)
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value * weight
        self._updates += updates
        self._weight += weight

    def read(self, trainee: Trainee, now: float, version: int) -> list[Point]:
        """The points since the last reading; empty if nothing happened."""
        if not self._weight:
            self.since = now
            return []
        values = {name: total / self._weight for name, total in self._sums.items()}
        values |= standing(trainee) | {
            "updates_per_s": self._updates / max(now - self.since, 1e-3),
            "policy_version": float(version),
        }
        self.since, self._updates, self._weight, self._sums = now, 0, 0, {}
        return points(trainee, values)


def standing(trainee: Trainee) -> dict[str, float]:
    """Values that hold between updates too."""
    composition = {f"replay_{k}": float(v) for k, v in trainee.replay.composition().items()}
    return composition | {
        "updates_total": float(trainee.trainer.updates),
        "transitions_total": float(trainee.windows_total),
        "utd": trainee.utd,
        "replay_episodes": float(trainee.replay.episodes),
    }


def points(trainee: Trainee, values: dict[str, float]) -> list[Point]:
    """Points of this moment; what is no number has no place on a curve."""
    updates = trainee.trainer.updates
    return [
        Point(run_id=trainee.run_id, name=name, updates=updates, value=value)
        for name, value in values.items()
        if math.isfinite(value)
    ]


def alarm(metrics: Metrics, config: RltConfig) -> float:
    """0 when all is well; NOT_A_NUMBER; or OUT_OF_RANGE when critics left the possible returns."""
    if not all(math.isfinite(value) for value in asdict(metrics).values()):
        return NOT_A_NUMBER
    slack = config.target_high - config.target_low
    low, high = config.target_low - slack, config.target_high + slack
    return OUT_OF_RANGE if metrics.q_min < low or metrics.q_max > high else 0.0
