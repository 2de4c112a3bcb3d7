"""Everything that differs between two episodes of the zip-tie task, as a function of the seed.

The curve that the strap remembers is drawn in `mechanism.py`.
"""

from typing import Any

import numpy as np

from robot_bridge.sim import looks
from robot_bridge.sim.parts import MAT, TABLE
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.layout import Ranges, layout
from robot_bridge.sim.tasks.zip_tie import builder, shape

RANGES = Ranges(
    work=np.array([0.42, 0.0, shape.HEAD_HEIGHT]),
    goal_spread=0.010,
    goal_yaw=np.radians(10.0),
    start_spread=0.007,
    start_height=(0.008, 0.016),
    start_yaw=np.radians(6.0),
    start_tilt=np.radians(2.0),
    home=np.array([-0.05, 0.05, 0.095]),
    home_spread=0.01,
)
FRICTION = (0.12, 0.25)
RUBBING = ("strap", "end", "tooth", "pawl", "wall", "chamfer")
"""Shapes whose friction is drawn anew in each episode."""


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    head = layout(seed, RANGES).goal
    body = model.body("head").id
    model.body_pos[body], model.body_quat[body] = head.position, head.quat
    rng = generator(seed, "looks")
    looks.rub(model, RUBBING, rng.uniform(*FRICTION))
    _tint(model, rng)
    looks.light(model, rng)


def _tint(model: Any, rng: np.random.Generator) -> None:
    tie = np.array([*rng.uniform(0.45, 0.95, 3), 1.0])
    shades = {
        "strap": tie,
        "tooth": tie * np.array([0.85, 0.85, 0.85, 1.0]),
        "end": np.array([*rng.uniform(0.1, 0.5, 3), 1.0]),
        "wall": tie,
        "chamfer": tie * np.array([0.7, 0.7, 0.7, 1.0]),
        "jaw": looks.shade(rng, builder.STAND, 0.10),
        "post": looks.shade(rng, builder.STAND, 0.10),
        "mat": looks.shade(rng, MAT, 0.10),
        "table": looks.shade(rng, TABLE, 0.10),
    }
    looks.tint(model, shades)
