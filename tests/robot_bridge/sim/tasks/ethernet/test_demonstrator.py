from collections.abc import Iterator

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.recording import Demonstration, demonstrate
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.ethernet.demonstrator import EthernetDemonstrator
from robot_bridge.sim.tasks.person import Phase


@pytest.fixture(scope="module")
def robot() -> Iterator[MujocoRobot]:
    robot = MujocoRobot()
    robot.connect()
    yield robot
    robot.disconnect()


@pytest.fixture(scope="module")
def shown(robot: MujocoRobot) -> list[Demonstration]:
    return [demonstrate(robot, None, "critical", seed) for seed in range(70000, 70020)]


def test_a_person_nearly_always_gets_it_in_slowly_and_gently(shown: list[Demonstration]) -> None:
    good = [demo for demo in shown if demo.ending is Ending.SUCCESS]
    assert len(good) >= 18
    assert 110 <= np.median([len(demo.action) for demo in good]) <= 175
    assert 4.0 <= np.median([demo.peak_force for demo in good]) <= 9.0


def test_what_counted_as_success_is_really_inside(shown: list[Demonstration]) -> None:
    ends = np.array([demo.final_pose for demo in shown if demo.ending is Ending.SUCCESS])
    assert np.abs(ends[:, :2]).max() < 0.0003
    assert ends[:, 2].max() < -0.0105


def test_actions_stay_far_below_the_limits(shown: list[Demonstration]) -> None:
    actions = np.concatenate([demo.action for demo in shown])
    assert np.abs(actions[:, :3]).max() < 0.002
    assert np.abs(actions[:, 3:]).max() < 0.02


def test_a_full_attempt_reaches_the_precise_part_on_the_way(robot: MujocoRobot) -> None:
    demo = demonstrate(robot, None, "full", 70000)
    assert demo.ending is Ending.SUCCESS
    assert 40 < demo.critical_step < len(demo.action) - 40


def test_landing_on_the_rim_makes_the_person_search(robot: MujocoRobot) -> None:
    seen = set()
    for seed in range(70000, 70008):
        robot.reset("critical", seed)
        person = EthernetDemonstrator(generator(seed, "demonstrator"))
        while robot.truth().ending is None:
            robot.send_action(person.act(robot))
            seen.add(person.phase)
    assert {Phase.APPROACH, Phase.HESITATE, Phase.LOWER, Phase.SEARCH, Phase.PUSH} <= seen
