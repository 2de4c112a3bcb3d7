"""What there is: the peg in the hand, the block with its hole, two cameras. Metres."""

from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.grip import HAND_TO_TCP, mark_tip
from robot_bridge.sim.shapes import FIXED, TOOL, Colour, box, cylinder
from robot_bridge.sim.views import add_view

PEG_RADIUS, PEG_LENGTH = 0.0040, 0.022
PLAY = 0.0002
"""Between peg and hole, on each side: the difficulty of the task."""
CHAMFER, DEPTH, BLOCK_HEIGHT, WALL = 0.0006, 0.012, 0.022, 0.006
SIDES = 16
"""The round hole is a ring of flat walls: contacts want convex shapes."""
WOOD: Colour = (0.76, 0.58, 0.36, 1)
STEEL: Colour = (0.70, 0.72, 0.76, 1)


def add_peg(held: Any) -> None:
    """The object goes on `held`, in the hand's coordinates; its working end is the site `tip`."""
    mark_tip(held, HAND_TO_TCP)
    ends = (0, 0, -HAND_TO_TCP, 0, 0, PEG_LENGTH - HAND_TO_TCP)
    cylinder(held, ends, PEG_RADIUS, STEEL, name="peg", mass=0.01, **TOOL)


def _wall(block: Any, angle: float) -> None:
    """One flat piece of the ring, and the slope above it."""
    inner = PEG_RADIUS + PLAY
    half = (inner + WALL) * np.tan(np.pi / SIDES)
    turn, lean, sloped = np.zeros(4), np.zeros(4), np.zeros(4)
    mujoco.mju_axisAngle2Quat(turn, [0, 0, 1], angle)
    mujoco.mju_axisAngle2Quat(lean, [0, 1, 0], np.pi / 4)
    mujoco.mju_mulQuat(sloped, turn, lean)
    for setback, bottom, top in ((0.0, -DEPTH, -CHAMFER), (CHAMFER, -CHAMFER, 0.0)):
        out = inner + (setback + WALL) / 2
        size = ((WALL - setback) / 2, half, (top - bottom) / 2)
        place = (out * np.cos(angle), out * np.sin(angle), (top + bottom) / 2)
        box(block, size, place, WOOD, quat=turn, name=f"wall:{angle:.2f}{setback}", **FIXED)
    edge, out = CHAMFER / np.sqrt(2), inner + CHAMFER
    place = (out * np.cos(angle), out * np.sin(angle), -CHAMFER)
    box(block, (edge, half, edge), place, WOOD, quat=sloped, name=f"slope:{angle:.2f}", **FIXED)


def add_block(spec: Any) -> None:
    """The fixture: its body's frame is the goal frame, here the middle of the hole's mouth."""
    block = spec.worldbody.add_body(name="block", pos=[0.42, 0, BLOCK_HEIGHT])
    for number in range(SIDES):
        _wall(block, 2 * np.pi * number / SIDES)
    below = (BLOCK_HEIGHT - DEPTH) / 2
    size = (0.014, 0.014, below)
    box(block, size, (0, 0, -DEPTH - below), WOOD, name="floor", **FIXED)


def add_cameras(spec: Any, hand: Any) -> None:
    """One view on the hand and one from the side: each error must show in one of them."""
    add_view(hand, "wrist", np.array([0, 0, -HAND_TO_TCP - 0.006]), (0.062, 28, 38), 40)
    add_view(spec.worldbody, "base", np.array([0.42, 0, BLOCK_HEIGHT]), (0.40, -68, 32), 7.8)
