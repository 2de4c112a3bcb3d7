"""The charger in the hand, the socket on the table, and the two cameras."""

from itertools import pairwise
from typing import Any

import mujoco

from robot_bridge.sim.grip import mark_tip
from robot_bridge.sim.parts import INSIDE, Well
from robot_bridge.sim.shapes import FIXED, SHOWN, TOOL, Colour, box, capsule, cylinder
from robot_bridge.sim.tasks.charger import shape
from robot_bridge.sim.views import add_view

TOOL_LENGTH = 0.125
BODY: Colour = (0.24, 0.25, 0.28, 1)
PRONG: Colour = (0.82, 0.77, 0.62, 1)
LEAD: Colour = (0.15, 0.15, 0.17, 1)
FACE: Colour = (0.86, 0.84, 0.78, 1)
FRAME: Colour = (0.42, 0.40, 0.45, 1)
RED: Colour = (0.85, 0.22, 0.18, 1)


def add_charger(held: Any) -> None:
    """The charger between the fingers, with its lead behind it."""
    mark_tip(held, TOOL_LENGTH)
    tip = -TOOL_LENGTH
    half = shape.PRONG_LENGTH / 2
    for side in (-1.0, 1.0):
        pos = (0, side * shape.SPACING / 2, tip + half)
        size = (shape.PRONG_X / 2, shape.PRONG_Y / 2, half)
        box(held, size, pos, PRONG, name=f"prong:{side}", mass=0.003, **TOOL)
    bottom = tip + shape.PRONG_LENGTH
    size = (shape.BODY_X / 2, shape.BODY_Y / 2, shape.BODY_Z / 2)
    pos = (0, 0, bottom + shape.BODY_Z / 2)
    box(held, size, pos, BODY, name="charger", mass=0.04, **TOOL)
    sign = (shape.BODY_X / 2, 0, bottom + 0.011)
    box(held, (0.00005, 0.006, 0.004), sign, FACE, name="label", **SHOWN)
    top = bottom + shape.BODY_Z - 0.004
    bends = ((-0.012, 0, top), (-0.035, 0, top + 0.012), (-0.07, 0, top + 0.004))
    for index, ends in enumerate(pairwise((*bends, (-0.10, 0, top - 0.03)))):
        capsule(held, (*ends[0], *ends[1]), 0.0022, LEAD, name=f"lead:{index}", **SHOWN)


def _spring(socket: Any, side: float) -> None:
    """A sprung contact in the outer wall of a slot: some newtons on the way in."""
    radius = 0.0015
    inner = shape.SPACING / 2 + shape.HALF_Y
    y = side * (inner + radius - shape.SPRING_BUMP)
    body = socket.add_body(name=f"contact{side}", pos=[0, y, -shape.SPRING_DEPTH])
    body.add_joint(
        name=f"contact{side}",
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=[0, side, 0],
        range=[0, 0.002],
        limited=True,
        stiffness=3000.0,
        springref=-0.0010,
        damping=12.0,
        armature=0.1,  # a lighter one chatters: in one physics step its spring throws it far
        solref_limit=[0.004, 1.0],
        solimp_limit=[0.99, 0.999, 0.0001, 0.5, 2.0],
    )
    ends = (-0.001, 0, 0, 0.001, 0, 0)
    capsule(body, ends, radius, PRONG, mass=0.02, name=f"spring:{side}", **FIXED)


def add_socket(spec: Any) -> None:
    """The socket on its frame. The body's frame is the goal frame."""
    socket = spec.worldbody.add_body(name="socket", pos=[0.42, 0, shape.SOCKET_HEIGHT])
    middle = shape.SPACING / 2
    between, outside = middle - shape.HALF_Y, shape.FACE_Y - middle - shape.HALF_Y
    along = shape.FACE_X - shape.HALF_X
    for side in (-1.0, 1.0):
        walls = (between, outside) if side > 0 else (outside, between)
        Well(
            label=f"{side}:",
            centre=(0.0, side * middle),
            half=(shape.HALF_X, shape.HALF_Y),
            walls=((along, along), walls),
            depth=shape.SLOT_DEPTH,
            chamfer=shape.CHAMFER,
            colour=FACE,
        ).add_to(socket)
        _spring(socket, side)
    below = (shape.SOCKET_HEIGHT - shape.SLOT_DEPTH) / 2
    floor = (0, 0, -shape.SLOT_DEPTH - below)
    box(socket, (shape.FACE_X, shape.FACE_Y, below), floor, INSIDE, name="floor", **FIXED)
    cylinder(socket, (0.011, 0, -0.001, 0.011, 0, 0.00005), 0.0024, INSIDE, **SHOWN)
    lamp = (-0.015, -0.015, 0)
    box(socket, (0.0012, 0.0012, 0.0001), lamp, RED, name="lamp:socket", **SHOWN)
    foot = (0, 0, 0.004 - shape.SOCKET_HEIGHT)
    box(socket, (0.034, 0.034, 0.004), foot, FRAME, name="frame", **FIXED)


def add_cameras(spec: Any, hand: Any) -> None:
    """A wrist view from low enough to look under the body; a fixed view that the body blocks."""
    gaze = (0.0, 0.0, -TOOL_LENGTH - 0.007)
    add_view(hand, "wrist", gaze, (0.080, 24, 27), 34)
    work = (0.42, 0.0, shape.SOCKET_HEIGHT + 0.009)
    add_view(spec.worldbody, "base", work, (0.45, -25, 65), 8.6)
