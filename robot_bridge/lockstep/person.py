"""The task's demonstrator in the place of a person who takes the robot over."""

import numpy as np

from robot_bridge.control.attempt import Attempt
from robot_bridge.robots.base import Robot
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Demonstrator, generator

Twist = tuple[float, float, float, float, float, float]


class Person:
    """Drives while a person is supposed to; every take-over is a fresh look at the task."""

    def __init__(self, robot: Robot) -> None:
        """Only the simulated cell has a demonstrator; elsewhere hands stay at rest."""
        self._robot = robot if isinstance(robot, MujocoRobot) else None
        self._limit = np.asarray(robot.spec.action_limit, dtype=np.float64)
        self._drives: tuple[Attempt, int] | None = None
        self._script: Demonstrator | None = None

    def twist(self, attempt: Attempt, take_over: int) -> Twist:
        """What the hands do now, as shares of the limits; `take_over` counts from 0."""
        if self._robot is None:
            return (0.0,) * 6
        if self._drives != (attempt, take_over):
            self._drives = (attempt, take_over)
            stream = "demonstrator" if take_over == 0 else f"demonstrator-{take_over}"
            task = task_named(self._robot.spec.task)
            self._script = task.demonstrator(generator(attempt.seed, stream))
        assert self._script is not None
        x, y, z, rx, ry, rz = self._script.act(self._robot) / self._limit
        return float(x), float(y), float(z), float(rx), float(ry), float(rz)
