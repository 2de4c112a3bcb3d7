"""When a screw counts as driven, and how an attempt is spoiled."""

import numpy as np

from robot_bridge.robots.base import Ending
from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.referee import Bounds, Referee
from robot_bridge.sim.tasks.screw import shape
from robot_bridge.sim.tasks.screw.mechanism import CATCH_TURN, Thread

DEPTH_LEFT = 0.0001
TURNS_OFF = 0.3
LEAN = np.radians(1.0)
ASIDE = 0.0015
"""The bit must still be over the head."""


def is_driven(relative: Vector, parts: Vector) -> bool:
    """True while the head sits on the block, straight, brought there by its thread."""
    state, depth, turns, lean = parts
    home = state == Thread.SEATED and abs(depth - shape.DRIVE) < DEPTH_LEFT
    turned = abs(turns - CATCH_TURN - depth / shape.PITCH) < TURNS_OFF
    there = float(np.hypot(relative[0], relative[1])) < ASIDE
    return bool(home and turned and lean < LEAN and there)


class ScrewJudge(Referee):
    """Success is the head home, by turns, held."""

    bounds = Bounds(
        held_steps=5,
        reach={"critical": 0.018, "full": 0.250},
        ceiling={"critical": 0.035, "full": 0.200},
        beside_depth=0.001,
        beside_offset=0.003,
        force=16.0,
        force_steps=5,
        # Where policies begin to stray from the way, not where contact begins.
        near_height=0.060,
        near_offset=0.060,
    )

    def is_done(self, relative: Vector, parts: Vector) -> bool:
        """True while the screw is driven home."""
        return is_driven(relative, parts)

    def spoiled(self, _relative: Vector, parts: Vector, /) -> Ending | None:
        """A crossed thread or a chewed recess jams; a bit that climbs out has lost the screw."""
        states = {
            Thread.CROSSED: Ending.JAMMED,
            Thread.CHEWED: Ending.JAMMED,
            Thread.CAMMED_OUT: Ending.DROPPED,
        }
        return states.get(Thread(int(parts[0])))
