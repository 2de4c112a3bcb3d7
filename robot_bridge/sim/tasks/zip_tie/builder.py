"""The strap in the hand, the head on its stand, and the two cameras."""

from typing import Any

import mujoco

from robot_bridge.sim.grip import FINGERS, mark_tip
from robot_bridge.sim.parts import INSIDE, Well
from robot_bridge.sim.sensors import add_contact_sensor
from robot_bridge.sim.shapes import FIXED, SHOWN, TOOL, Colour, box
from robot_bridge.sim.tasks.zip_tie import shape
from robot_bridge.sim.views import add_view

STRAP: Colour = (0.88, 0.86, 0.80, 1)
END: Colour = (0.80, 0.30, 0.20, 1)
HEAD: Colour = (0.90, 0.88, 0.82, 1)
STAND: Colour = (0.30, 0.33, 0.38, 1)
TOOTH = {"contype": 4, "conaffinity": 8}
"""A tooth runs in a groove of the slot: it meets nothing but the pawl."""
PAWL = {"contype": 2 | 8, "conaffinity": 1 | 4}


def _teeth(piece: Any, index: int) -> None:
    """The teeth of the piece whose lower end is `(SEGMENTS - 1 - index)` pieces above the tip."""
    low = (shape.SEGMENTS - 1 - index) * shape.SEGMENT
    for number in range(shape.TEETH):
        above = shape.FIRST_TOOTH + number * shape.TOOTH_PITCH
        if low <= above < low + shape.SEGMENT:
            y = shape.STRAP_Y / 2 + shape.TOOTH_HEIGHT / 2
            size = (0.0014, shape.TOOTH_HEIGHT / 2, shape.TOOTH_THICK / 2)
            pos = (0, y, above - low - shape.SEGMENT)
            box(piece, size, pos, STRAP, name=f"tooth:{number}", mass=2e-5, **TOOTH)


def add_strap(held: Any) -> None:
    """The tail of the tie, held flat between the fingers, its free part bending in its thin way."""
    pinched = (0, 0, -FINGERS + 0.012)
    size = (shape.STRAP_X / 2, shape.STRAP_Y / 2, 0.012)
    box(held, size, pinched, STRAP, name="strap:held", mass=0.001, **TOOL)
    rest = (-0.012, 0, -FINGERS + 0.03)
    box(held, (0.018, shape.STRAP_Y / 2, shape.STRAP_X / 2), rest, STRAP, name="strap:", **SHOWN)
    piece = held
    for index in range(shape.SEGMENTS):
        top = -FINGERS if index == 0 else -shape.SEGMENT
        piece = piece.add_body(name=f"strap{index}", pos=[0, 0, top], gravcomp=1)
        piece.add_joint(
            name=f"bend{index}",
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=[1, 0, 0],
            stiffness=shape.STIFFNESS,
            damping=shape.DAMPING,
            armature=1e-5,
        )
        half = shape.SEGMENT / 2
        size = (shape.STRAP_X / 2, shape.STRAP_Y / 2, half)
        last = index == shape.SEGMENTS - 1
        colour, name = (END, "end") if last else (STRAP, f"strap:{index}")
        box(piece, size, (0, 0, -half), colour, name=name, mass=1e-3, **TOOL)
        _teeth(piece, index)
    mark_tip(piece, shape.SEGMENT)


def _pawl(spec: Any, head: Any) -> None:
    """A sprung wedge: teeth push it aside going down and hang on its flat side coming up."""
    half, tall = 0.0016, shape.PAWL
    profile = ((0.0, 0.0), (tall, 0.0), (tall, tall))
    corners = [value for x in (-half, half) for y, z in profile for value in (x, y, z)]
    spec.add_mesh(name="pawl", uservert=corners)
    tip = shape.STRAP_Y / 2 - shape.CLEARANCE_Y
    body = head.add_body(name="pawl", pos=[0, tip, -shape.PAWL_DEPTH])
    body.add_joint(
        name="pawl",
        type=mujoco.mjtJoint.mjJNT_SLIDE,
        axis=[0, 1, 0],
        range=[0, 0.0012],
        limited=True,
        stiffness=700.0,
        springref=-0.0006,
        damping=6.0,
        armature=0.02,
        solref_limit=[0.004, 1.0],
        solimp_limit=[0.99, 0.999, 0.0001, 0.5, 2.0],
    )
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_MESH, meshname="pawl", name="pawl", rgba=END, mass=0.001, **PAWL
    )
    add_contact_sensor(spec, "pawl", mujoco.mjtObj.mjOBJ_GEOM, "pawl")


def add_head(spec: Any) -> None:
    """The head of the tie, clamped on a stand with room below. Its frame is the goal frame."""
    head = spec.worldbody.add_body(name="head", pos=[0.42, 0, shape.HEAD_HEIGHT])
    Well(
        label="",
        centre=(0.0, 0.0),
        half=(shape.HALF_X, shape.HALF_Y),
        walls=((0.0018, 0.0018), (0.0020, 0.0026)),
        depth=shape.HEAD_DEPTH,
        chamfer=shape.CHAMFER,
        colour=HEAD,
    ).add_to(head)
    _pawl(spec, head)
    for side in (-1.0, 1.0):
        jaw = (side * 0.0105, 0, -shape.HEAD_DEPTH / 2 - 0.001)
        box(head, (0.0058, 0.005, 0.0028), jaw, STAND, name=f"jaw:{side}", **FIXED)
        tall = (shape.HEAD_HEIGHT - 0.0028) / 2
        post = (side * 0.0135, 0, -0.0028 - tall)
        box(head, (0.0027, 0.0047, tall), post, STAND, name=f"post:{side}", **FIXED)
    foot = (0, 0, 0.002 - shape.HEAD_HEIGHT)
    box(head, (0.024, 0.014, 0.002), foot, STAND, name="post:foot", **FIXED)
    mark = (-0.0062, 0, 0.0018 - 0.0028)
    box(head, (0.0012, 0.005, 0.0009), mark, INSIDE, **SHOWN)


def add_cameras(spec: Any, hand: Any) -> None:
    """A close wrist view mostly along x, a zoomed fixed view mostly along y."""
    gaze = (0.0, 0.0, -shape.TOOL_LENGTH - 0.004)
    add_view(hand, "wrist", gaze, (0.058, 24, 38), 31)
    work = (0.42, 0.0, shape.HEAD_HEIGHT + 0.001)
    add_view(spec.worldbody, "base", work, (0.40, -60, 32), 5.2)
