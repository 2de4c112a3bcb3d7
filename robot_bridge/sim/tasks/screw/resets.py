"""Everything that differs between two episodes of the screw task, as a function of the seed.

The lean of the loose screw is drawn in `mechanism.py`.
"""

from typing import Any

import numpy as np

from robot_bridge.sim import looks
from robot_bridge.sim.parts import MAT, TABLE
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.layout import Ranges, layout
from robot_bridge.sim.tasks.screw import builder, shape

RANGES = Ranges(
    work=np.array([0.42, 0.0, shape.HEAD_TOP]),
    goal_spread=0.010,
    goal_yaw=np.radians(15.0),
    start_spread=0.006,
    start_height=(0.008, 0.016),
    start_yaw=np.radians(25.0),
    start_tilt=np.radians(5.0),
    home=np.array([-0.05, 0.06, 0.100]),
    home_spread=0.01,
)
FRICTION = (0.08, 0.16)
RUBBING = ("bit", "recess", "bottom")
"""Shapes whose friction is drawn anew in each episode."""


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    place = layout(seed, RANGES).goal
    body = model.body("block").id
    model.body_pos[body], model.body_quat[body] = place.position, place.quat
    rng = generator(seed, "looks")
    looks.rub(model, RUBBING, rng.uniform(*FRICTION))
    _tint(model, rng)
    looks.light(model, rng)


def _tint(model: Any, rng: np.random.Generator) -> None:
    head = looks.shade(rng, builder.STEEL, 0.10)
    handle = np.array([*rng.uniform(0.1, 0.85, 3), 1.0])
    shades = {
        "head": head,
        "recess": head * np.array([0.9, 0.9, 0.9, 1.0]),
        "shaft": head * np.array([0.75, 0.75, 0.75, 1.0]),
        "handle": handle,
        "band": handle,
        "bit": looks.shade(rng, builder.STEEL, 0.10),
        "block": np.array([*rng.uniform(0.15, 0.55, 3), 1.0]),
        "mark": looks.shade(rng, builder.MARK, 0.08),
        "mat": looks.shade(rng, MAT, 0.10),
        "table": looks.shade(rng, TABLE, 0.10),
    }
    looks.tint(model, shades)
