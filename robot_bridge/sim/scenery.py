"""What stands around the work in the picture of the whole cell: bench, walls, a task's things.

All of it is for people's eyes alone: it exists only in the cameras' model, in a group of shapes
that the policy's cameras do not draw, so it moves nothing and no policy ever sees it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from robot_bridge.sim.shapes import Colour, box, capsule, cylinder

GROUP = 5
"""Drawn by the camera of the whole cell alone."""

_STEEL: Colour = (0.60, 0.62, 0.65, 1)
_DARK: Colour = (0.13, 0.14, 0.16, 1)
_PALE: Colour = (0.86, 0.86, 0.83, 1)
_RED: Colour = (0.78, 0.14, 0.12, 1)
_AMBER: Colour = (0.93, 0.62, 0.12, 1)
_GREEN: Colour = (0.20, 0.66, 0.34, 1)
_BLUE: Colour = (0.14, 0.38, 0.66, 1)
_YELLOW: Colour = (0.92, 0.78, 0.16, 1)
_WOOD: Colour = (0.62, 0.49, 0.34, 1)
_LOOK = {"contype": 0, "conaffinity": 0, "mass": 0.0, "group": GROUP}
_BACK, _SIDE = -0.579, 1.079
"""Where the faces of the two walls are, along x and y."""


def furnish(spec: Any, task: str) -> None:
    """Put a bench and, for the built-in tasks, their things into a specification."""
    world = spec.worldbody
    accent, things = _PLACES.get(task, (_STEEL, None))
    _bench(world)
    _walls(world, accent)
    _cabinet(world, accent)
    _stop_button(world)
    _signal_tower(world)
    if things is not None:
        things(world)


def _bench(world: Any) -> None:
    for x in (-0.10, 0.90):
        for y in (-0.55, 0.55):
            box(world, (0.025, 0.025, 0.18), (x, y, -0.22), _STEEL, **_LOOK)
    box(world, (0.004, 0.608, 0.022), (0.954, 0, -0.02), _DARK, **_LOOK)
    for side in (-1.0, 1.0):
        box(world, (0.55, 0.004, 0.022), (0.4, side * 0.604, -0.02), _DARK, **_LOOK)


def _walls(world: Any, accent: Colour) -> None:
    """A stripe in the task's colour and a skirting on both walls."""
    for height, half, colour in ((0.52, 0.035, accent), (-0.36, 0.04, _DARK)):
        box(world, (0.001, 1.1, half), (_BACK, 0, height), colour, **_LOOK)
        box(world, (0.95, 0.001, half), (0.35, _SIDE, height), colour, **_LOOK)


def _cabinet(world: Any, accent: Colour) -> None:
    """The arm's controller, with a lamp and slots for air."""
    box(world, (0.075, 0.11, 0.065), (-0.05, 0.40, 0.065), _PALE, **_LOOK)
    box(world, (0.001, 0.10, 0.012), (0.026, 0.40, 0.11), accent, **_LOOK)
    for row in range(4):
        slot = (0.026, 0.40, 0.03 + 0.014 * row)
        box(world, (0.001, 0.085, 0.003), slot, _DARK, **_LOOK)


def _stop_button(world: Any) -> None:
    x, y = 0.30, -0.36
    box(world, (0.035, 0.035, 0.02), (x, y, 0.02), _YELLOW, **_LOOK)
    cylinder(world, (x, y, 0.04, x, y, 0.056), 0.02, _RED, **_LOOK)


def _signal_tower(world: Any) -> None:
    x, y = -0.10, -0.30
    cylinder(world, (x, y, 0, x, y, 0.20), 0.007, _STEEL, **_LOOK)
    for low, colour in ((0.20, _GREEN), (0.24, _AMBER), (0.28, _RED)):
        cylinder(world, (x, y, low, x, y, low + 0.036), 0.02, colour, **_LOOK)


def _network_corner(world: Any) -> None:
    """Two rack units full of ports, with cables that hang out of them."""
    for unit in range(2):
        middle = 0.024 + 0.05 * unit
        box(world, (0.20, 0.09, 0.022), (0.50, 0.40, middle), _DARK, **_LOOK)
        for port in range(8):
            x = 0.36 + 0.035 * port
            box(world, (0.010, 0.001, 0.008), (x, 0.309, middle - 0.003), _PALE, **_LOOK)
        box(world, (0.13, 0.001, 0.0015), (0.48, 0.309, middle + 0.013), _GREEN, **_LOOK)
    for x, colour in ((0.38, _BLUE), (0.44, _YELLOW), (0.53, _BLUE), (0.59, _RED)):
        capsule(world, (x, 0.305, 0.07, x + 0.01, 0.26, 0.03), 0.005, colour, **_LOOK)
        capsule(world, (x + 0.01, 0.26, 0.03, x + 0.05, 0.24, 0.005), 0.005, colour, **_LOOK)


def _charging_corner(world: Any) -> None:
    """A strip of outlets and devices that wait for power."""
    box(world, (0.21, 0.035, 0.018), (0.48, 0.30, 0.018), _PALE, **_LOOK)
    for outlet in range(5):
        x = 0.33 + 0.07 * outlet
        cylinder(world, (x, 0.30, 0.035, x, 0.30, 0.037), 0.022, _DARK, **_LOOK)
    box(world, (0.012, 0.02, 0.003), (0.67, 0.30, 0.038), _RED, **_LOOK)
    for x, colour in ((0.32, _BLUE), (0.45, _GREEN), (0.58, _AMBER)):
        box(world, (0.045, 0.007, 0.075), (x, 0.44, 0.075), _DARK, **_LOOK)
        box(world, (0.040, 0.001, 0.066), (x, 0.432, 0.075), colour, **_LOOK)


def _screw_corner(world: Any) -> None:
    """Bins of parts and a rack of drivers."""
    for number, colour in enumerate((_RED, _BLUE, _YELLOW, _GREEN)):
        x = 0.20 + 0.105 * number
        box(world, (0.047, 0.065, 0.028), (x, 0.34, 0.028), colour, **_LOOK)
        box(world, (0.040, 0.057, 0.001), (x, 0.34, 0.056), _DARK, **_LOOK)
        box(world, (0.030, 0.045, 0.004), (x, 0.345, 0.058), _STEEL, **_LOOK)
    box(world, (0.13, 0.03, 0.03), (0.74, 0.36, 0.03), _WOOD, **_LOOK)
    for number, colour in enumerate((_AMBER, _RED, _BLUE)):
        x = 0.66 + 0.08 * number
        cylinder(world, (x, 0.36, 0.06, x, 0.36, 0.09), 0.005, _STEEL, **_LOOK)
        cylinder(world, (x, 0.36, 0.09, x, 0.36, 0.17), 0.014, colour, **_LOOK)


def _harness_corner(world: Any) -> None:
    """A board with a bundle of cables held by ties, and a reel."""
    box(world, (0.24, 0.008, 0.11), (0.44, 0.42, 0.11), _WOOD, **_LOOK)
    for row, colour in enumerate((_RED, _YELLOW, _BLUE, _DARK)):
        height = 0.085 + 0.016 * row
        capsule(world, (0.23, 0.405, height, 0.65, 0.405, height), 0.0075, colour, **_LOOK)
    for x in (0.29, 0.40, 0.51, 0.61):
        box(world, (0.005, 0.010, 0.035), (x, 0.402, 0.109), _PALE, **_LOOK)
        box(world, (0.009, 0.006, 0.008), (x, 0.392, 0.125), _PALE, **_LOOK)
    cylinder(world, (0.78, 0.33, 0.07, 0.78, 0.39, 0.07), 0.045, _AMBER, **_LOOK)
    for y in (0.325, 0.395):
        cylinder(world, (0.78, y - 0.004, 0.07, 0.78, y + 0.004, 0.07), 0.07, _DARK, **_LOOK)


_PLACES: Mapping[str, tuple[Colour, Callable[[Any], None]]] = {
    "ethernet": (_BLUE, _network_corner),
    "charger": (_AMBER, _charging_corner),
    "screw": (_GREEN, _screw_corner),
    "zip_tie": ((0.48, 0.28, 0.60, 1), _harness_corner),
}
