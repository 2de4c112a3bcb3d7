"""When it counts: in every axis that matters, and held. Depth alone invites a dive."""

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.referee import Bounds, Referee

from . import builder


class PegJudge(Referee):
    """The referee looks after force, slipping, reach and time; the task says what is done."""

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
        """True while the tip, seen from the hole, is where it should be."""
        deep = relative[2] < -(builder.DEPTH - 0.0015)
        centred = float(np.hypot(relative[0], relative[1])) < 0.0006
        upright = float(np.hypot(relative[3], relative[4])) < np.radians(4.0)
        return bool(deep and centred and upright)
