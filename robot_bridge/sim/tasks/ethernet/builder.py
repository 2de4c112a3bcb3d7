"""The plug in the hand, the jack on the table, and the two cameras."""

from itertools import pairwise
from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.grip import HAND_TO_TCP, mark_tip
from robot_bridge.sim.parts import INSIDE
from robot_bridge.sim.shapes import FIXED, SHOWN, TOOL, Colour, box, box_across, capsule
from robot_bridge.sim.tasks.ethernet import shape
from robot_bridge.sim.views import add_view

PLUG: Colour = (0.80, 0.86, 0.90, 1)
GOLD: Colour = (0.85, 0.66, 0.22, 1)
CABLE: Colour = (0.12, 0.42, 0.66, 1)
HOUSING: Colour = (0.74, 0.72, 0.66, 1)
PLATE: Colour = (0.24, 0.26, 0.29, 1)
GREEN: Colour = (0.25, 0.75, 0.35, 1)


def add_plug(held: Any) -> None:
    """The plug between the fingers, with its boot and a stub of cable behind it."""
    mark_tip(held, HAND_TO_TCP)
    tip = -HAND_TO_TCP
    half = shape.NOSE_LENGTH / 2
    plug = {"name": "plug", "mass": 0.008, **TOOL}
    box(held, (shape.PLUG_X / 2, shape.PLUG_Y / 2, half), (0, 0, tip + half), PLUG, **plug)
    boot = tip + shape.NOSE_LENGTH + 0.012
    box(held, (0.0048, shape.PLUG_Y / 2, 0.012), (0, 0, boot), CABLE, name="cable:boot", **SHOWN)
    for index in range(8):
        x = (index - 3.5) * 0.00115
        strip = (x, shape.PLUG_Y / 2, tip + 0.0035)
        box(held, (0.00033, 0.00005, 0.003), strip, GOLD, **SHOWN)
    for side in (-1.0, 1.0):
        edge = (side * shape.PLUG_X / 2, 0, tip + 0.0005)
        box(held, (0.00003, shape.PLUG_Y / 2, 0.0005), edge, INSIDE, **SHOWN)
    bends = ((-0.004, 0, boot + 0.01), (-0.03, 0, boot + 0.03), (-0.065, 0, boot + 0.026))
    for index, ends in enumerate(pairwise((*bends, (-0.10, 0, boot)))):
        capsule(held, (*ends[0], *ends[1]), 0.0028, CABLE, name=f"cable:{index}", **SHOWN)


def _wall(jack: Any, axis: int, side: float) -> None:
    """One wall of the cavity: full below the chamfer, set back beside it, and a 45 degree wedge."""
    inner, across = ((shape.HALF_X, shape.HALF_Y), (shape.HALF_Y, shape.HALF_X))[axis]
    outer = (shape.OUTER_X, shape.OUTER_Y)[axis]
    chamfer = shape.CHAMFER

    def block(setback: float, bottom: float, top: float) -> None:
        near = inner + setback
        # The walls along x run the whole length; those along y fit between them.
        wide = shape.OUTER_Y if axis == 0 else across + setback
        size = ((outer - near) / 2, wide, (top - bottom) / 2)
        pos = (side * (outer + near) / 2, 0, (top + bottom) / 2)
        box_across(jack, axis, size, pos, HOUSING, name=f"wall:{axis}{side}{top}", **FIXED)

    block(0.0, -shape.CAVITY_DEPTH, -chamfer)
    block(chamfer, -chamfer, 0.0)
    edge = chamfer / np.sqrt(2)
    turn = np.zeros(4)
    mujoco.mju_axisAngle2Quat(turn, np.eye(3)[1 - axis], np.pi / 4)
    size, pos = (edge, across + chamfer, edge), (side * (inner + chamfer), 0, -chamfer)
    name = f"chamfer:{axis}{side}"
    box_across(jack, axis, size, pos, HOUSING, quat=turn, name=name, **FIXED)


def _latch(jack: Any) -> None:
    """A sprung bump in the +y wall that must be pushed aside: some newtons half-way in."""
    radius = 0.0015
    body = jack.add_body(
        name="latch", pos=[0, shape.HALF_Y + radius - shape.LATCH_BUMP, -shape.LATCH_DEPTH]
    )
    body.add_joint(
        name="latch",
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=[0, 1, 0],
        range=[0, 0.002],
        limited=True,
        stiffness=4000.0,
        springref=-0.0010,
        damping=12.0,
        armature=0.1,  # a lighter one chatters: in one physics step its spring throws it far
        solref_limit=[0.004, 1.0],
        solimp_limit=[0.99, 0.999, 0.0001, 0.5, 2.0],
    )
    capsule(body, (-0.002, 0, 0, 0.002, 0, 0), radius, GOLD, mass=0.02, name="latch", **FIXED)


def _lining(jack: Any) -> None:
    """Dark skins on the cavity's walls: the opening must stand out in the pictures."""
    half_height = (shape.CAVITY_DEPTH - 0.001) / 2
    for axis, half, wide in ((0, shape.HALF_X, shape.HALF_Y), (1, shape.HALF_Y, shape.HALF_X)):
        for side in (-1.0, 1.0):
            pos = (side * half, 0, -(shape.CAVITY_DEPTH + 0.001) / 2)
            box_across(jack, axis, (0.00002, wide, half_height), pos, INSIDE, **SHOWN)


def add_jack(spec: Any) -> None:
    """The jack in its housing on a plate. The body's frame is the goal frame."""
    jack = spec.worldbody.add_body(name="jack", pos=[0.42, 0, shape.JACK_HEIGHT])
    for axis in (0, 1):
        for side in (-1.0, 1.0):
            _wall(jack, axis, side)
    below = (shape.JACK_HEIGHT - shape.CAVITY_DEPTH) / 2
    floor = -shape.CAVITY_DEPTH - below
    box(jack, (shape.OUTER_X, shape.OUTER_Y, below), (0, 0, floor), INSIDE, name="floor", **FIXED)
    plate = (0, 0, 0.003 - shape.JACK_HEIGHT)
    box(jack, (0.032, 0.026, 0.003), plate, PLATE, name="plate", **FIXED)
    _lining(jack)
    for x in (-0.008, 0.008):
        lamp = (x, -shape.OUTER_Y + 0.0014, 0)
        box(jack, (0.0011, 0.0007, 0.0001), lamp, GREEN, name=f"lamp{x}", **SHOWN)
    _latch(jack)


def add_cameras(spec: Any, hand: Any) -> None:
    """A close wrist view mostly along x and a zoomed fixed view mostly along y.

    Each shows one lateral error across the picture and the other one through its slant.
    """
    gaze = np.array([0, 0, -HAND_TO_TCP - 0.007])
    add_view(hand, "wrist", gaze, (0.062, 28, 38), 40)
    work = np.array([0.42, 0, shape.JACK_HEIGHT + 0.004])
    add_view(spec.worldbody, "base", work, (0.40, -68, 32), 7.8)
