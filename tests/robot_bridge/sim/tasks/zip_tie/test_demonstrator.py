import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.recording import Demonstration, demonstrate
from tests.robot_bridge.sim.tasks import scripts


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("zip_tie")


@pytest.fixture(scope="module")
def shown(robot: MujocoRobot) -> list[Demonstration]:
    return [demonstrate(robot, None, "critical", seed) for seed in range(70000, 70012)]


def test_a_person_nearly_always_threads_it_slowly_and_gently(shown: list[Demonstration]) -> None:
    good = [demo for demo in shown if demo.ending is Ending.SUCCESS]
    assert len(good) >= 11
    assert 140 <= np.median([len(demo.action) for demo in good]) <= 220
    assert np.median([demo.peak_force for demo in good]) <= 12.0


def test_the_same_seed_gives_the_same_demonstration(
    robot: MujocoRobot, shown: list[Demonstration]
) -> None:
    again = demonstrate(robot, None, "critical", shown[3].seed)
    assert np.array_equal(again.state, shown[3].state)
    assert np.array_equal(again.action, shown[3].action)


def test_a_full_attempt_reaches_the_precise_part_on_the_way(robot: MujocoRobot) -> None:
    demo = demonstrate(robot, None, "full", 70000)
    assert demo.ending is Ending.SUCCESS
    assert 30 < demo.critical_step < len(demo.action) - 60
