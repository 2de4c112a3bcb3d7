"""A demonstrator who takes over what another one has begun, at any moment of it."""

import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import generator
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import Vector

MOMENTS = (30, 75, 105, 120, 135, 150)


def taken_over(robot: MujocoRobot, seed: int, after: int) -> Ending | None:
    """How an attempt ends that a second person finishes."""
    task = task_named(robot.spec.task)
    people = [task.demonstrator(generator(seed, who)) for who in ("first", "second")]

    def policy(robot: MujocoRobot, step: int) -> Vector:
        return people[step >= after].act(robot)

    return scripts.play(robot, policy, seed, steps=700)[0].ending


@pytest.mark.parametrize("name", ["ethernet", "charger", "screw", "zip_tie"])
def test_who_takes_over_amid_an_attempt_finishes_it(name: str) -> None:
    robot = scripts.connected(name)
    found = [taken_over(robot, 72000 + after, after) for after in MOMENTS]
    assert found.count(Ending.SUCCESS) >= len(MOMENTS) - 1, found
