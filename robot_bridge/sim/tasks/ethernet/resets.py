"""Everything that differs between two episodes of the Ethernet task, as a function of the seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from robot_bridge.robots.base import Regime
from robot_bridge.sim.poses import Pose, Vector
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.ethernet import builder, shape

WORK = np.array([0.42, 0.0, shape.JACK_HEIGHT])
"""Where the jack's mouth is on average, base frame."""
JACK_SPREAD, JACK_YAW = 0.010, np.radians(8.0)
START_SPREAD, START_LOW, START_HIGH = 0.008, 0.010, 0.020
START_YAW, START_TILT = np.radians(4.0), np.radians(1.5)
HOME = np.array([-0.05, 0.06, 0.105])
"""Middle of the full regime's start, relative to WORK."""
HOME_SPREAD = 0.01
FRICTION = (0.15, 0.30)
RUBBING = ("plug", "latch", "floor", "wall", "chamfer")
"""Shapes whose friction is drawn anew in each episode."""


@dataclass(frozen=True)
class Layout:
    """Where things are in one episode."""

    jack: Pose
    critical_start: Pose
    home: Pose


def layout(seed: int) -> Layout:
    """Poses of one episode, base frame."""
    rng = generator(seed, "layout")
    offset = rng.uniform(-JACK_SPREAD, JACK_SPREAD, 2)
    yaw = rng.uniform(-JACK_YAW, JACK_YAW)
    mouth = WORK + np.array([*offset, 0.0])
    above = np.array([*rng.uniform(-START_SPREAD, START_SPREAD, 2), 0.0])
    above[2] = rng.uniform(START_LOW, START_HIGH)
    tilt = rng.uniform(-START_TILT, START_TILT, 2)
    turn = yaw + rng.uniform(-START_YAW, START_YAW)
    home = WORK + HOME + rng.uniform(-HOME_SPREAD, HOME_SPREAD, 3)
    home_turn = rng.uniform(-1, 1, 3) * np.array([START_TILT, START_TILT, START_YAW])
    return Layout(
        jack=Pose.of(mouth, np.array([0.0, 0.0, yaw])),
        critical_start=Pose.of(mouth + above, np.array([*tilt, turn])),
        home=Pose.of(home, home_turn),
    )


def start(seed: int, regime: Regime) -> Pose:
    """Where the tool centre point begins."""
    places = layout(seed)
    return places.critical_start if regime == "critical" else places.home


def vary(model: Any, seed: int) -> None:
    """Write one episode's poses, friction, colours and light into the model."""
    jack = layout(seed).jack
    body = model.body("jack").id
    model.body_pos[body], model.body_quat[body] = jack.position, jack.quat
    rng = generator(seed, "looks")
    friction = rng.uniform(*FRICTION)
    for geom in range(model.ngeom):
        if model.geom(geom).name.split(":")[0] in RUBBING:
            model.geom_friction[geom, 0] = friction
    _tint(model, rng)
    _light(model, rng)


def _tint(model: Any, rng: np.random.Generator) -> None:
    housing, plug = _shade(rng, builder.HOUSING, 0.10), _shade(rng, builder.PLUG, 0.07)
    shades = {
        "wall": housing,
        "chamfer": housing,
        "plug": plug,
        "plate": _shade(rng, builder.PLATE, 0.08),
        "cable": np.array([*rng.uniform(0.1, 0.75, 3), 1.0]),
        "mat": _shade(rng, builder.MAT, 0.10),
        "table": _shade(rng, (0.55, 0.50, 0.44), 0.10),
    }
    for geom in range(model.ngeom):
        part = model.geom(geom).name.split(":")[0]
        if part in shades:
            model.geom_rgba[geom] = shades[part]


def _shade(rng: np.random.Generator, colour: Any, spread: float) -> Vector:
    tone = rng.uniform(-spread, spread) + rng.uniform(-0.03, 0.03, 3)
    return np.array([*np.clip(np.asarray(colour[:3]) + tone, 0.0, 1.0), 1.0])


def _light(model: Any, rng: np.random.Generator) -> None:
    lamp = model.light("lamp").id
    direction = np.array([*rng.uniform(-0.6, 0.6, 2), -1.0])
    model.light_dir[lamp] = direction / np.linalg.norm(direction)
    model.light_diffuse[lamp] = rng.uniform(0.38, 0.60)
