"""Short ways to put primitive shapes into a MuJoCo specification.

The tool and the world each collide only with the other. Shapes that are for the eye alone collide
with nothing.
"""

from collections.abc import Iterable
from typing import Any

import mujoco

TOOL = {"contype": 1, "conaffinity": 2}
FIXED = {"contype": 2, "conaffinity": 1}
SHOWN = {"contype": 0, "conaffinity": 0, "mass": 0.0}

Colour = tuple[float, float, float, float]


def box(body: Any, size: Iterable[float], pos: Iterable[float], rgba: Colour, **more: Any) -> Any:
    """A box by its half sizes."""
    return body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_BOX, size=list(size), pos=list(pos), rgba=rgba, **more
    )


def capsule(body: Any, ends: Iterable[float], radius: float, rgba: Colour, **more: Any) -> Any:
    """A capsule from one end point to the other, six numbers."""
    return body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        size=[radius, 0, 0],
        fromto=list(ends),
        rgba=rgba,
        **more,
    )


def cylinder(body: Any, ends: Iterable[float], radius: float, rgba: Colour, **more: Any) -> Any:
    """A cylinder from one end point to the other, six numbers."""
    return body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CYLINDER,
        size=[radius, 0, 0],
        fromto=list(ends),
        rgba=rgba,
        **more,
    )


def box_across(
    body: Any, axis: int, size: Iterable[float], pos: Iterable[float], rgba: Colour, **more: Any
) -> Any:
    """A box whose numbers count from `axis` (0: as they are; 1: x and y change places)."""
    order = (0, 1, 2) if axis == 0 else (1, 0, 2)
    sizes, places = list(size), list(pos)
    return box(body, [sizes[i] for i in order], [places[i] for i in order], rgba, **more)
