"""When a zip tie counts as closed, and how an attempt is spoiled."""

import numpy as np

from robot_bridge.robots.base import Ending
from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.referee import Bounds, Referee
from robot_bridge.sim.tasks.zip_tie import shape

TEETH = 5
"""Teeth that must be past the pawl."""
TENSION = 4.0
"""Newtons with which the ratchet must hold against a pull."""
TILT = np.radians(6.0)
KINK = np.radians(15.0)
"""A hinge bent further than this has put a kink into the strap."""
KINKED_STEPS = 5


def is_held(relative: Vector, parts: Vector) -> bool:
    """True while the strap is through its head and hangs on the pawl against a pull."""
    teeth, x, y, z, _, pull = parts
    through = teeth >= TEETH and z < -shape.HEAD_DEPTH
    in_slot = abs(x) < 0.002 and abs(y) < 0.006
    upright = float(np.hypot(relative[3], relative[4])) < TILT
    return bool(through and in_slot and upright and pull > TENSION)


class ZipTieJudge(Referee):
    """Success is a strap that its ratchet holds against a pull, for a while."""

    bounds = Bounds(
        held_steps=8,
        reach={"critical": 0.020, "full": 0.250},
        ceiling={"critical": 0.035, "full": 0.200},
        beside_depth=0.003,
        beside_offset=0.005,
        force=14.0,
        force_steps=5,
        # Where policies begin to stray from the way, not where contact begins.
        near_height=0.060,
        near_offset=0.060,
    )
    _kinked = 0

    def is_done(self, relative: Vector, parts: Vector) -> bool:
        """True while the ratchet holds."""
        return is_held(relative, parts)

    def spoiled(self, _relative: Vector, parts: Vector, /) -> Ending | None:
        """A kinked strap does not go through any more."""
        self._kinked = self._kinked + 1 if parts[4] > KINK else 0
        return Ending.JAMMED if self._kinked >= KINKED_STEPS else None
