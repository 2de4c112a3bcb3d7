"""What the gripper holds, it holds by friction.

Between two flat pads an object can slide both ways in their plane and tilt about the axis through
them; a round one can also roll. Each of these is a joint with dry friction: it stays where it is
below a limit, gives way above it, and stays where it was left. The limits follow from the squeeze
of the fingers and a coefficient of friction that is drawn for each episode. They count one by one,
while those of real pads weaken each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.poses import Vector

HAND_TO_TCP = 0.115
FINGERS = HAND_TO_TCP - 0.0155
"""From the flange to the ends of the fingers."""
PADS = 0.010
"""From the ends of the fingers up to the middle of the pads."""
FRICTION = (0.42, 0.50)
"""Between pads and object, drawn for each episode."""
LOST_SLIDE, LOST_TILT = 0.004, float(np.radians(12.0))
"""Further out of place than this, the object has left the pads."""

# Joints have this inertia of their own so that the solver holds them to some micrometres; pads of
# rubber give way the slower for it.
_SLIDE_INERTIA, _TURN_INERTIA = 0.3, 2e-4
_SLIDE_DAMPING = 20.0


@dataclass(frozen=True, kw_only=True)
class Grip:
    """How the hand holds the task's object, metres and newtons."""

    width: float
    """Thickness of the object between the finger pads."""
    tool: float = HAND_TO_TCP
    """From the flange down to the tool centre point."""
    fingers: float = FINGERS
    """From the flange down to the ends of the fingers."""
    squeeze: float = 12.5
    """Force of each finger on the object."""
    patch: float = 0.010
    """Mean distance of the touching surface from its middle: the lever of friction against tilt."""
    is_round: bool = False
    """A round handle can also roll between the pads."""
    cable: float = 0.0
    """Largest pull of the cable that hangs on the object, newtons."""


@dataclass(frozen=True)
class _Freedom:
    """One way in which the object can give way."""

    name: str
    axis: tuple[int, int, int]
    lever: float
    """Metres from force to torque; 1 for a slide."""
    bound: float
    """Where the object is lost."""
    turns: bool


def _freedoms(grip: Grip) -> Sequence[_Freedom]:
    ways = [
        _Freedom("held_x", (1, 0, 0), 1.0, LOST_SLIDE, turns=False),
        _Freedom("held_z", (0, 0, 1), 1.0, LOST_SLIDE, turns=False),
        _Freedom("held_tilt", (0, 1, 0), grip.patch, LOST_TILT, turns=True),
    ]
    if grip.is_round:
        ways.append(_Freedom("held_roll", (0, 0, 1), grip.width / 2, np.inf, turns=True))
    return ways


def add_held(hand: Any, grip: Grip) -> Any:
    """A body between the fingers for the object to be built on, in the hand's coordinates."""
    held = hand.add_body(name="held", gravcomp=1)
    for way in _freedoms(grip):
        held.add_joint(
            name=way.name,
            type=mujoco.mjtJoint.mjJNT_HINGE if way.turns else mujoco.mjtJoint.mjJNT_SLIDE,
            axis=list(way.axis),
            pos=[0, 0, PADS - grip.fingers],
            armature=_TURN_INERTIA if way.turns else _SLIDE_INERTIA,
            damping=0.0 if way.turns else _SLIDE_DAMPING,
            frictionloss=2 * np.mean(FRICTION) * grip.squeeze * way.lever,
            solref_friction=[0.004, 1.0],
            solimp_friction=[0.9999, 0.9999, 0.001, 0.5, 2.0],
        )
    return held


def mark_tip(body: Any, depth: float) -> None:
    """Say where the working end of the held object is: so far below the body's origin."""
    body.add_site(name="tip", pos=[0, 0, -depth], size=[0.0005, 0, 0], group=4)


class Held:
    """The object between the pads of one world."""

    def __init__(self, model: Any, data: Any, grip: Grip) -> None:
        ways = _freedoms(grip)
        joints = [model.joint(way.name) for way in ways]
        self._model, self._data = model, data
        self._dofs = [int(joint.dofadr[0]) for joint in joints]
        self._places = [int(joint.qposadr[0]) for joint in joints]
        self._body, self._cable = model.body("held").id, grip.cable
        self._limits = 2 * grip.squeeze * np.array([way.lever for way in ways])
        self._bounds = np.array([way.bound for way in ways])

    def reset(self, rng: np.random.Generator) -> None:
        """Draw how well the pads hold, and how the cable pulls: backwards, aside and down."""
        self.hold(rng.uniform(*FRICTION))
        aside, down = rng.uniform(-0.7, 0.7), rng.uniform(0.0, 0.9)
        way = np.array([-np.cos(aside), np.sin(aside), -np.tan(down)])
        pull = self._cable * rng.uniform(0.3, 1.0) / np.linalg.norm(way)
        self._data.xfrc_applied[self._body, :3] = pull * way

    def load(self, point: Vector) -> Vector:
        """Force and torque of the cable about a point, shape [6]."""
        pull = self._data.xfrc_applied[self._body, :3]
        return np.concatenate([pull, np.cross(self._data.xipos[self._body] - point, pull)])

    def hold(self, friction: float) -> None:
        """Set how well the pads hold from now on."""
        self._model.dof_frictionloss[self._dofs] = friction * self._limits

    def slip(self) -> Vector:
        """How far the object has moved in the hand: along x and z, tilt, and roll of round ones."""
        return np.array(self._data.qpos[self._places])

    def is_lost(self) -> bool:
        """True once the object has left the pads."""
        return bool((np.abs(self.slip()) > self._bounds).any())
