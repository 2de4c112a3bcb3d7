"""Everything that differs between two episodes of the charger task, as a function of the seed."""

from typing import Any

import numpy as np

from robot_bridge.sim import looks
from robot_bridge.sim.parts import MAT, TABLE
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.charger import builder, shape
from robot_bridge.sim.tasks.layout import Ranges, layout

RANGES = Ranges(
    work=np.array([0.42, 0.0, shape.SOCKET_HEIGHT]),
    goal_spread=0.012,
    goal_yaw=np.radians(10.0),
    start_spread=0.014,
    start_height=(0.020, 0.032),
    start_yaw=np.radians(5.0),
    start_tilt=np.radians(2.0),
    home=np.array([-0.05, 0.05, 0.110]),
    home_spread=0.01,
)
FRICTION = (0.12, 0.25)
RUBBING = ("prong", "charger", "spring", "wall", "chamfer", "floor")
"""Shapes whose friction is drawn anew in each episode."""


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    socket = layout(seed, RANGES).goal
    body = model.body("socket").id
    model.body_pos[body], model.body_quat[body] = socket.position, socket.quat
    rng = generator(seed, "looks")
    looks.rub(model, RUBBING, rng.uniform(*FRICTION))
    _tint(model, rng)
    looks.light(model, rng)


def _tint(model: Any, rng: np.random.Generator) -> None:
    face = looks.shade(rng, builder.FACE, 0.08)
    shades = {
        "wall": face,
        "chamfer": face * np.array([0.6, 0.6, 0.6, 1.0]),
        "charger": np.array([*rng.uniform(0.12, 0.55, 3), 1.0]),
        "prong": looks.shade(rng, builder.PRONG, 0.08),
        "frame": looks.shade(rng, builder.FRAME, 0.10),
        "label": looks.shade(rng, builder.FACE, 0.10),
        "mat": looks.shade(rng, MAT, 0.10),
        "table": looks.shade(rng, TABLE, 0.10),
    }
    looks.tint(model, shades)
