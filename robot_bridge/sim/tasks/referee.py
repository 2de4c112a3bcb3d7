"""What the judges of all tasks have in common: patience, strength, and the bounds of the work."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from robot_bridge.robots.base import Ending, Regime
from robot_bridge.sim.poses import Vector


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Metres and newtons, in the goal's frame."""

    held_steps: int
    """Control steps in a row that success must last: passing through is not enough."""
    reach: dict[Regime, float]
    """Radius of the workspace around the goal."""
    ceiling: dict[Regime, float]
    beside_depth: float
    beside_offset: float
    """Deeper than the one while farther off the axis than the other: a dive beside the fixture."""
    force: float
    force_steps: int
    """More than this force for so many control steps in a row breaks something."""
    near_height: float
    near_offset: float
    """Inside this cylinder over the goal the precise part of a full attempt has begun."""


class Referee(ABC):
    """Follows one episode; the ending, once given, stays."""

    bounds: Bounds

    def __init__(self, regime: Regime) -> None:
        self.critical = regime == "critical"
        self.ending: Ending | None = None
        self._regime: Regime = regime
        self._held = 0
        self._strained = 0

    @abstractmethod
    def is_done(self, relative: Vector, parts: Vector) -> bool:
        """True while everything is as it should be at the end."""

    def spoiled(self, relative: Vector, parts: Vector, /) -> Ending | None:  # noqa: ARG002
        """How the task's own mechanism ended the attempt, if it did."""
        return None

    def observe(self, relative: Vector, force: float, parts: Vector, /) -> None:
        """Take note of one control step."""
        if self.ending is not None:
            return
        bounds = self.bounds
        offset, height = float(np.hypot(relative[0], relative[1])), float(relative[2])
        self._held = self._held + 1 if self.is_done(relative, parts) else 0
        self._strained = self._strained + 1 if force > bounds.force else 0
        near = height < bounds.near_height and offset < bounds.near_offset
        self.critical = self.critical or near
        if self._strained >= bounds.force_steps:
            self.ending = Ending.BROKEN
        elif self._is_astray(offset, height):
            self.ending = Ending.OUT_OF_REACH
        elif (spoiled := self.spoiled(relative, parts)) is not None:
            self.ending = spoiled
        elif self._held >= bounds.held_steps:
            self.ending = Ending.SUCCESS

    def _is_astray(self, offset: float, height: float) -> bool:
        bounds = self.bounds
        beside = height < -bounds.beside_depth and offset > bounds.beside_offset
        too_far = offset > bounds.reach[self._regime] or height > bounds.ceiling[self._regime]
        return beside or too_far
