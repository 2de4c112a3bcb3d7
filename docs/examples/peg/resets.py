"""What differs between episodes: a pure function of the seed, so that cameras can repeat it."""

from typing import Any

import numpy as np

from robot_bridge.sim import looks
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.layout import Ranges, layout

from . import builder

RANGES = Ranges(
    work=np.array([0.42, 0.0, builder.BLOCK_HEIGHT]),
    goal_spread=0.010,
    goal_yaw=np.radians(5.0),
    start_spread=0.008,
    start_height=(0.010, 0.020),
    start_yaw=np.radians(4.0),
    start_tilt=np.radians(1.5),
    home=np.array([-0.05, 0.06, 0.105]),
    home_spread=0.01,
)


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    goal = layout(seed, RANGES).goal
    body = model.body("block").id
    model.body_pos[body], model.body_quat[body] = goal.position, goal.quat
    rng = generator(seed, "looks")
    looks.rub(model, ("peg", "wall", "slope", "floor"), rng.uniform(0.15, 0.30))
    wood = looks.shade(rng, builder.WOOD, 0.12)
    looks.tint(model, {"wall": wood, "slope": wood * 0.8, "floor": wood * 0.6})
    looks.light(model, rng)
