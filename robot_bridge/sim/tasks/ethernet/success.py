"""When a plug counts as plugged in, and when an attempt is over for another reason."""

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.referee import Bounds, Referee

DEPTH = 0.0105
"""How deep the tip must be below the mouth, metres; the cavity ends at 0.012."""
OFFSET = 0.0005
YAW, TILT = np.radians(6.0), np.radians(4.0)


def is_inside(relative: Vector) -> bool:
    """True while the plug is fully in, straight and on the axis of the jack."""
    x, y, z, tilt_x, tilt_y, yaw = relative
    centred = max(abs(x), abs(y)) < OFFSET
    straight = abs(yaw) < YAW and float(np.hypot(tilt_x, tilt_y)) < TILT
    return bool(z < -DEPTH and centred and straight)


class EthernetJudge(Referee):
    """Success is depth on the axis, held."""

    bounds = Bounds(
        held_steps=10,
        reach={"critical": 0.020, "full": 0.250},
        ceiling={"critical": 0.035, "full": 0.200},
        beside_depth=0.002,
        beside_offset=0.003,
        force=16.0,
        force_steps=5,
        near_height=0.020,
        near_offset=0.012,
    )

    def is_done(self, relative: Vector, _parts: Vector) -> bool:
        """True while the plug is fully in."""
        return is_inside(relative)
