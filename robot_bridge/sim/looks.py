"""Friction, colours and light of one episode.

Shapes are found by the part of their name before the colon.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.shapes import Colour


def _part(model: Any, geom: int) -> str:
    return str(model.geom(geom).name.split(":")[0])


def rub(model: Any, parts: Collection[str], friction: float) -> None:
    """Give all shapes of some parts one friction."""
    for geom in range(model.ngeom):
        if _part(model, geom) in parts:
            model.geom_friction[geom, 0] = friction


def shade(rng: np.random.Generator, colour: Colour, spread: float) -> Vector:
    """A colour made lighter or darker, and a little different in each channel."""
    tone = rng.uniform(-spread, spread) + rng.uniform(-0.03, 0.03, 3)
    return np.array([*np.clip(np.asarray(colour[:3]) + tone, 0.0, 1.0), 1.0])


def tint(model: Any, shades: Mapping[str, Vector]) -> None:
    """Paint the shapes of each named part."""
    for geom in range(model.ngeom):
        part = _part(model, geom)
        if part in shades:
            model.geom_rgba[geom] = shades[part]


def light(model: Any, rng: np.random.Generator) -> None:
    """Draw direction and strength of the lamp."""
    lamp = model.light("lamp").id
    direction = np.array([*rng.uniform(-0.6, 0.6, 2), -1.0])
    model.light_dir[lamp] = direction / np.linalg.norm(direction)
    model.light_diffuse[lamp] = rng.uniform(0.38, 0.60)
