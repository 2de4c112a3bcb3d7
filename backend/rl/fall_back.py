"""When the actor gives the robot back to the base policy by itself, and when it may try again.

A pure function of who drove which attempt and how it ended, so that it survives a restart.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Drove:
    """One judged attempt."""

    by_actor: bool
    success: bool


@dataclass(frozen=True, kw_only=True)
class FallBack:
    """The rule."""

    floor: float
    """Success rate that the actor must keep: the lower bound of the base policy's interval."""
    window: int
    """Attempts that are looked at; 0 switches the rule off."""
    rest: int
    """Attempts for which the base policy then drives while the actor goes on learning."""

    def actor_drives(self, past: Iterable[Drove]) -> bool:
        """Who makes the next attempt, given all attempts since the warm-up."""
        recent: list[bool] = []
        resting = 0
        for attempt in past:
            if resting:
                resting -= 1
            elif attempt.by_actor:
                recent = [*recent, attempt.success][-self.window :]
            if len(recent) == self.window > 0 and sum(recent) < self.floor * self.window:
                recent, resting = [], self.rest
        return resting == 0
