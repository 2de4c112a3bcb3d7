"""Pacing: absolute deadlines on the monotonic clock, and honest figures about missing them."""

from dataclasses import dataclass

import numpy as np

from robot_bridge.control.clock import MS, SECOND

LATE_MS = 20
WINDOW_S = 10


@dataclass(frozen=True)
class Punctuality:
    """How well the loop kept its time."""

    ticks: int
    late_ticks: int
    p99_ms: float


class Pacer:
    """Says when the next period begins.

    Missed periods are skipped, never caught up: two actions in one period would be a jump.
    """

    def __init__(self, hz: int, now: int) -> None:
        """The first period begins at `now`."""
        self._period = SECOND // hz
        self._deadline = now
        self._lateness = np.zeros(hz * WINDOW_S)
        self.ticks = 0
        self.late_ticks = 0

    def begin(self, now: int) -> int:
        """A period begins; returns how late, in nanoseconds, and plans the next one."""
        late = max(0, now - self._deadline)
        self._lateness[self.ticks % self._lateness.size] = late / MS
        self.ticks += 1
        self.late_ticks += late > LATE_MS * MS
        missed = late // self._period
        self._deadline += self._period * (missed + 1)
        return late

    def wait_ns(self, now: int) -> int:
        """Nanoseconds until the next period."""
        return max(0, self._deadline - now)

    def restart(self, now: int) -> None:
        """The loop ran unpaced; the next period begins now."""
        self._deadline = now

    def punctuality(self) -> Punctuality:
        """Counts since the start, and the 99th percentile of lateness over the last 10 s."""
        seen = self._lateness[: min(self.ticks, self._lateness.size)]
        p99 = float(np.percentile(seen, 99)) if seen.size else 0.0
        return Punctuality(self.ticks, self.late_ticks, p99)
