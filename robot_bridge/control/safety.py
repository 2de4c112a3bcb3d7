"""The last thing between a wish and the motors.

Order: reject what is not a number, clip to the limits, then limit the change since the previous
period. The limits are the robot's own and cannot be widened over the network.
"""

from dataclasses import dataclass

import numpy as np

from robot_bridge.robots.base import RobotSpec, Vector


@dataclass(frozen=True)
class Verdict:
    """What may be sent, or why nothing may."""

    action: Vector | None
    reason: str = ""


class SafetyFilter:
    """Keeps the previous action, because a change can only be judged against it."""

    def __init__(self, spec: RobotSpec) -> None:
        """The limits come from the driver and from nowhere else."""
        self._limit = np.asarray(spec.action_limit, dtype=np.float64)
        self._rate = np.asarray(spec.action_rate_limit, dtype=np.float64)
        self._previous = np.zeros_like(self._limit)

    def judge(self, wish: Vector) -> Verdict:
        """Check one action; the caller holds and stops when it is refused."""
        if wish.shape != self._limit.shape:
            return Verdict(None, f"an action has {self._limit.size} components, {wish.size} came")
        if not np.isfinite(wish).all():
            bad = int(np.flatnonzero(~np.isfinite(wish))[0])
            return Verdict(None, f"action component {bad} is {wish[bad]}, not a finite number")
        clipped = np.clip(wish, -self._limit, self._limit)
        slowed = np.clip(clipped, self._previous - self._rate, self._previous + self._rate)
        self._previous = slowed
        return Verdict(slowed)

    def rest(self) -> None:
        """The robot held for this period: the next change counts from standstill."""
        self._previous = np.zeros_like(self._limit)
