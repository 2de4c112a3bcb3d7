"""Everything that differs between two episodes of the Ethernet task, as a function of the seed."""

from typing import Any

import numpy as np

from robot_bridge.sim import looks
from robot_bridge.sim.parts import MAT, TABLE
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.ethernet import builder, shape
from robot_bridge.sim.tasks.layout import Ranges, layout

RANGES = Ranges(
    work=np.array([0.42, 0.0, shape.JACK_HEIGHT]),
    goal_spread=0.010,
    goal_yaw=np.radians(8.0),
    start_spread=0.008,
    start_height=(0.010, 0.020),
    start_yaw=np.radians(4.0),
    start_tilt=np.radians(1.5),
    home=np.array([-0.05, 0.06, 0.105]),
    home_spread=0.01,
)
FRICTION = (0.15, 0.30)
RUBBING = ("plug", "latch", "floor", "wall", "chamfer")
"""Shapes whose friction is drawn anew in each episode."""


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    jack = layout(seed, RANGES).goal
    body = model.body("jack").id
    model.body_pos[body], model.body_quat[body] = jack.position, jack.quat
    rng = generator(seed, "looks")
    looks.rub(model, RUBBING, rng.uniform(*FRICTION))
    _tint(model, rng)
    looks.light(model, rng)


def _tint(model: Any, rng: np.random.Generator) -> None:
    housing, plug = looks.shade(rng, builder.HOUSING, 0.10), looks.shade(rng, builder.PLUG, 0.07)
    shades = {
        "wall": housing,
        "chamfer": housing,
        "plug": plug,
        "plate": looks.shade(rng, builder.PLATE, 0.08),
        "cable": np.array([*rng.uniform(0.1, 0.75, 3), 1.0]),
        "mat": looks.shade(rng, MAT, 0.10),
        "table": looks.shade(rng, TABLE, 0.10),
    }
    looks.tint(model, shades)
