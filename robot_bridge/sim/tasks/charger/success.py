"""When a charger counts as plugged in."""

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.referee import Bounds, Referee

DEPTH = 0.0150
"""How deep the prongs must be below the face, metres; the body lands on it at 0.016."""
OFFSET = 0.0006
YAW, TILT = np.radians(1.5), np.radians(1.2)
"""Hardly more than the play of the slots allows: what is pried at is not at home."""


def is_inside(relative: Vector) -> bool:
    """True while both prongs are fully in, straight and on the axes of their slots."""
    x, y, z, tilt_x, tilt_y, yaw = relative
    centred = max(abs(x), abs(y)) < OFFSET
    straight = abs(yaw) < YAW and float(np.hypot(tilt_x, tilt_y)) < TILT
    return bool(z < -DEPTH and centred and straight)


class ChargerJudge(Referee):
    """Success is depth on the axis, held."""

    bounds = Bounds(
        held_steps=10,
        reach={"critical": 0.035, "full": 0.250},
        ceiling={"critical": 0.055, "full": 0.200},
        beside_depth=0.002,
        beside_offset=0.003,
        force=18.0,
        force_steps=5,
        near_height=0.040,
        near_offset=0.020,
    )

    def is_done(self, relative: Vector, _parts: Vector) -> bool:
        """True while the charger is fully in."""
        return is_inside(relative)
