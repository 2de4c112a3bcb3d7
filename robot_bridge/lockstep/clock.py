"""Time that moves when the robot does."""

import time

from robot_bridge.control.clock import SECOND

EPOCH = 1_700_000_000.0
"""Where the wall clock of simulated time begins, seconds; any moment would do."""


class StepClock:
    """Both clocks of the control room, moved by hand."""

    def __init__(self, hz: int, *, real: bool = False) -> None:
        """With `real`, simulated time never runs ahead of real time."""
        self._period = SECOND // hz
        self._ns = SECOND
        self._real = real
        self._due = time.monotonic_ns()

    def now_ns(self) -> int:
        """Nanoseconds of robot time."""
        return self._ns

    def wall(self) -> float:
        """Robot time as seconds since the epoch."""
        return EPOCH + self._ns / SECOND

    def step(self) -> None:
        """One control period has passed."""
        self._ns += self._period
        if self._real:
            now = time.monotonic_ns()
            # Time lost while the policy was waited for is not made up for.
            self._due = max(self._due + self._period, now)
            time.sleep((self._due - now) / SECOND)
