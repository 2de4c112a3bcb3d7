"""Closed-loop plans: a few places to bring the held object to, one after another."""

from dataclasses import dataclass

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.poses import Pose, multiply, quaternion, rotate

REACHED = np.array([0.0003] * 3 + [0.01] * 3)
"""Metres and radians within which a place is reached."""
TURN_LEAD = 0.15


@dataclass(frozen=True)
class Leg:
    """One stretch of a plan."""

    place: Vector
    """Where the tip of the held object should go, in the goal's frame: metres, rotation vector."""
    push: float
    """Largest lead of the target over the tool, metres: the speed, and the force on contact."""
    steps: int
    """Control steps after which the next leg begins although the place was not reached."""


def placed(frame: Pose, relative: Vector) -> Pose:
    """The pose that a frame sees at `relative`: the inverse of `Pose.relative_to`."""
    turn = quaternion(np.ascontiguousarray(relative[3:]))
    position = frame.position + rotate(frame.quat, np.ascontiguousarray(relative[:3]))
    return Pose(position, multiply(frame.quat, turn))


def pull(robot: MujocoRobot, wish: Pose, push: float) -> tuple[Vector, Vector]:
    """What is left between the held object and a pose, and the action that pulls it there."""
    left = wish.minus(robot.tip())
    bound = np.array([push] * 3 + [TURN_LEAD] * 3)
    lead = np.minimum(np.maximum(left, -bound), bound)
    return left, robot.tool().moved(lead).minus(robot.target())


class Walk:
    """Follows the legs of a plan; the last one goes on until the episode ends."""

    def __init__(self, legs: tuple[Leg, ...]) -> None:
        self._legs = legs
        self._leg = 0
        self._since = 0
        self._wish: Pose | None = None

    def __call__(self, robot: MujocoRobot, _step: int) -> Vector:
        """The action for the next control period."""
        leg = self._legs[self._leg]
        if self._wish is None:
            self._wish = placed(robot.goal(), leg.place)
        left, action = pull(robot, self._wish, leg.push)
        self._since += 1
        near = (np.abs(left) < REACHED).all()
        if not self.on_last and (near or self._since >= leg.steps):
            self._leg, self._since, self._wish = self._leg + 1, 0, None
        return action

    @property
    def on_last(self) -> bool:
        """Whether the last leg is being followed."""
        return self._leg == len(self._legs) - 1
