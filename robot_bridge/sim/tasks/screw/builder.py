"""The powered driver in the hand, the screw in its block, and the two cameras."""

from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.grip import mark_tip
from robot_bridge.sim.parts import INSIDE
from robot_bridge.sim.shapes import FIXED, SHOWN, TOOL, Colour, box, box_across, cylinder
from robot_bridge.sim.tasks.screw import shape
from robot_bridge.sim.views import add_view

HANDLE_RADIUS = 0.009
HANDLE: Colour = (0.80, 0.45, 0.12, 1)
STEEL: Colour = (0.72, 0.74, 0.78, 1)
BIT: Colour = (0.50, 0.52, 0.57, 1)
BLOCK: Colour = (0.30, 0.36, 0.46, 1)
MARK: Colour = (0.85, 0.85, 0.80, 1)
TORQUE = 0.035
"""Newton metres that the spindle can give before it stalls."""
DRAG = 0.010
"""Newton metres of friction between screw and thread."""
WOBBLE = 0.6
"""Newton metres per radian with which the loose screw resists leaning further."""
_FIRM = {"solref": [0.004, 1.0], "solimp": [0.999, 0.9999, 0.0001, 0.5, 2.0]}


def add_driver(spec: Any, held: Any) -> None:
    """A pen-shaped electric driver between the fingers; its spindle turns the bit."""
    mark_tip(held, shape.TOOL_LENGTH)
    tip = -shape.TOOL_LENGTH
    ends = (0, 0, -0.13, 0, 0, -0.06)
    cylinder(held, ends, HANDLE_RADIUS, HANDLE, name="handle", mass=0.05, **TOOL)
    spindle = held.add_body(name="spindle", gravcomp=1)
    spindle.add_joint(
        name="spindle", type=mujoco.mjtJoint.mjJNT_HINGE, axis=[0, 0, 1], armature=1e-5
    )
    shank = (0, 0, tip + shape.BIT_LENGTH, 0, 0, -0.13)
    cylinder(spindle, shank, 0.0022, BIT, name="shank", mass=0.015, **TOOL)
    half = shape.BIT_LENGTH / 2
    size = (shape.BIT_HALF, shape.BIT_HALF, half)
    box(spindle, size, (0, 0, tip + half), STEEL, name="bit", mass=0.002, **TOOL)
    band = (0, 0, tip + 0.012, 0, 0, tip + 0.014)
    cylinder(spindle, band, 0.0024, HANDLE, name="band", **SHOWN)
    spec.add_actuator(
        name="spindle",
        trntype=mujoco.mjtTrn.mjTRN_JOINT,
        target="spindle",
        gaintype=mujoco.mjtGain.mjGAIN_FIXED,
        gainprm=[0.05] + [0.0] * 9,
        biastype=mujoco.mjtBias.mjBIAS_AFFINE,
        biasprm=[0.0, 0.0, -0.05] + [0.0] * 7,
        forcelimited=True,
        forcerange=[-TORQUE, TORQUE],
    )


def _joints(screw: Any) -> None:
    """Down the hole, leaning both ways about the thread's start, and about its own axis."""
    slide, hinge = mujoco.mjtJoint.mjJNT_SLIDE, mujoco.mjtJoint.mjJNT_HINGE
    foot = [0, 0, shape.PIVOT]
    screw.add_joint(name="screw_down", type=slide, axis=[0, 0, 1], armature=0.05, damping=1.0)
    for name, axis in (("screw_lean_x", [1, 0, 0]), ("screw_lean_y", [0, 1, 0])):
        lean = {"range": [-0.09, 0.09], "limited": True, "stiffness": WOBBLE}
        screw.add_joint(
            name=name, type=hinge, axis=axis, pos=foot, armature=1e-5, damping=5e-4, **lean
        )
    screw.add_joint(
        name="screw_turn",
        type=hinge,
        axis=[0, 0, 1],
        pos=foot,
        armature=2e-6,
        damping=1e-5,
        frictionloss=DRAG,
    )


def _head(screw: Any) -> None:
    """A round head, for the eye, around a square recess with sloping walls."""
    draft = np.radians(shape.DRAFT_DEGREES)
    depth, thick = shape.RECESS_DEPTH, 0.00045
    middle = shape.RECESS_HALF + depth / 2 * np.tan(draft)
    height = depth / 2 / np.cos(draft)
    for axis in (0, 1):
        for side in (-1.0, 1.0):
            out = side * (middle + thick * np.cos(draft))
            pos = (out, 0, -depth / 2 - thick * np.sin(draft))
            turn = np.zeros(4)
            lean = side * draft * (1.0 if axis == 0 else -1.0)
            mujoco.mju_axisAngle2Quat(turn, np.eye(3)[1 - axis], lean)
            name = f"recess:{axis}{side}"
            size = (thick, 0.0019, height)
            box_across(screw, axis, size, pos, STEEL, quat=turn, name=name, mass=2e-4, **FIXED)
    floor = (shape.HEAD_HEIGHT - depth) / 2
    size = (0.0021, 0.0021, floor)
    box(screw, size, (0, 0, -depth - floor), INSIDE, name="bottom", mass=4e-4, **FIXED)
    for angle in np.arange(0, 2 * np.pi, np.pi / 6):
        turn = np.zeros(4)
        mujoco.mju_axisAngle2Quat(turn, [0, 0, 1], angle)
        pos = (0.0026 * np.cos(angle), 0.0026 * np.sin(angle), -shape.HEAD_HEIGHT / 2)
        size = (0.0005, 0.0008, shape.HEAD_HEIGHT / 2 - 0.00002)
        box(screw, size, pos, STEEL, quat=turn, name=f"head:{angle:.1f}", **SHOWN)


def _screw(spec: Any, block: Any) -> None:
    screw = block.add_body(name="screw", gravcomp=1)
    _joints(screw)
    _head(screw)
    ends = (0, 0, shape.PIVOT - 0.004, 0, 0, -shape.HEAD_HEIGHT)
    cylinder(screw, ends, shape.SHANK_RADIUS, BIT, name="shaft", **SHOWN)
    thread = spec.add_tendon(name="thread")
    thread.wrap_joint("screw_down", 1.0)
    thread.wrap_joint("screw_turn", -shape.PITCH / (2 * np.pi))
    _coupling(spec, "rest", "screw_down", active=True)
    _coupling(spec, "upright_x", "screw_lean_x")
    _coupling(spec, "upright_y", "screw_lean_y")
    _coupling(spec, "jam", "screw_turn")
    # As a tendon the thread is as stiff as it should be: a coupling of two joints is weighed by the
    # screw's tiny inertia and gives way by millimetres.
    _coupling(spec, "thread", "thread", tendon=True)


def _coupling(
    spec: Any, name: str, part: str, *, active: bool = False, tendon: bool = False
) -> None:
    """Something that keeps a joint, or the thread, at a value while it is active."""
    spec.add_equality(
        name=name,
        type=mujoco.mjtEq.mjEQ_TENDON if tendon else mujoco.mjtEq.mjEQ_JOINT,
        objtype=mujoco.mjtObj.mjOBJ_TENDON if tendon else mujoco.mjtObj.mjOBJ_JOINT,
        name1=part,
        data=[0.0] * 12,
        active=active,
        **_FIRM,
    )


def add_block(spec: Any) -> None:
    """A block with one loose screw in its hole. The body's frame is the goal frame."""
    block = spec.worldbody.add_body(name="block", pos=[0.42, 0, shape.HEAD_TOP])
    top = -shape.HEAD_TOP + shape.BLOCK_HEIGHT
    middle = top - shape.BLOCK_HEIGHT / 2
    size = (0.022, 0.016, shape.BLOCK_HEIGHT / 2)
    box(block, size, (0, 0, middle), BLOCK, name="block", **FIXED)
    cylinder(block, (0, 0, top, 0, 0, top + 0.00005), 0.0042, MARK, name="mark", **SHOWN)
    cylinder(block, (0, 0, top, 0, 0, top + 0.0001), 0.0017, INSIDE, **SHOWN)
    for x in (-0.017, 0.017):
        done = (x, 0.011, top, x, 0.011, top + 0.0006)
        cylinder(block, done, 0.0022, INSIDE, **SHOWN)
    _screw(spec, block)


def add_cameras(spec: Any, hand: Any) -> None:
    """A close wrist view mostly along x and a zoomed fixed view mostly along y."""
    gaze = (0.0, 0.0, -shape.TOOL_LENGTH - 0.003)
    add_view(hand, "wrist", gaze, (0.055, 25, 36), 32)
    work = (0.42, 0.0, shape.HEAD_TOP + 0.002)
    add_view(spec.worldbody, "base", work, (0.40, -66, 34), 5.4)
