"""Time as the control room sees it: handed in, so that a test can turn the hands."""

import time
from dataclasses import dataclass
from typing import Protocol

MS = 1_000_000
SECOND = 1_000_000_000


class Clock(Protocol):
    """A pair of clocks. Everything that guards the robot uses the monotonic one."""

    def now_ns(self) -> int:
        """Monotonic nanoseconds; never steps, not even when the wall clock does."""

    def wall(self) -> float:
        """Seconds since the epoch, for people and rows only."""


@dataclass(frozen=True)
class SystemClock:
    """The clocks of this machine."""

    def now_ns(self) -> int:
        """Monotonic nanoseconds."""
        return time.monotonic_ns()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return time.time()
