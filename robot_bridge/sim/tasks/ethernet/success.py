"""When a plug counts as plugged in, and when an attempt is over for another reason."""

import numpy as np

from robot_bridge.robots.base import Ending, Regime
from robot_bridge.sim.poses import Vector

DEPTH = 0.0105
"""How deep the tip must be below the mouth, metres; the cavity ends at 0.012."""
OFFSET = 0.0005
YAW, TILT = np.radians(6.0), np.radians(4.0)
HELD_STEPS = 5
"""Control steps in a row that the plug must stay in: passing through is not enough."""

REACH = {"critical": 0.020, "full": 0.250}
"""Radius of the workspace around the jack, metres."""
CEILING = {"critical": 0.035, "full": 0.200}
BESIDE_DEPTH, BESIDE_OFFSET = 0.002, 0.003
"""Deeper than this while farther off the axis than that: the plug dives beside the jack."""

FORCE = 22.0
"""Newtons; more than this for FORCE_STEPS control steps breaks the jack."""
FORCE_STEPS = 5

NEAR_HEIGHT, NEAR_OFFSET = 0.020, 0.012
"""Inside this cylinder over the mouth the precise part of a full attempt has begun."""


def is_inside(relative: Vector) -> bool:
    """True while the plug is fully in, straight and on the axis of the jack."""
    x, y, z, tilt_x, tilt_y, yaw = relative
    centred = max(abs(x), abs(y)) < OFFSET
    straight = abs(yaw) < YAW and float(np.hypot(tilt_x, tilt_y)) < TILT
    return bool(z < -DEPTH and centred and straight)


class EthernetJudge:
    """Follows one episode; the ending, once given, stays."""

    def __init__(self, regime: Regime) -> None:
        self.critical = regime == "critical"
        self.ending: Ending | None = None
        self._regime = regime
        self._held = 0
        self._strained = 0

    def observe(self, relative: Vector, force: float) -> None:
        """Take note of one control step."""
        if self.ending is not None:
            return
        offset, height = float(np.hypot(relative[0], relative[1])), float(relative[2])
        self._held = self._held + 1 if is_inside(relative) else 0
        self._strained = self._strained + 1 if force > FORCE else 0
        self.critical = self.critical or (height < NEAR_HEIGHT and offset < NEAR_OFFSET)
        if self._strained >= FORCE_STEPS:
            self.ending = Ending.BROKEN
        elif self._is_astray(offset, height):
            self.ending = Ending.OUT_OF_REACH
        elif self._held >= HELD_STEPS:
            self.ending = Ending.SUCCESS

    def _is_astray(self, offset: float, height: float) -> bool:
        beside = height < -BESIDE_DEPTH and offset > BESIDE_OFFSET
        return beside or offset > REACH[self._regime] or height > CEILING[self._regime]
