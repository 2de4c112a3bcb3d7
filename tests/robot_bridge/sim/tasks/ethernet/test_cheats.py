"""What must not count, and what must: scripted policies that know where the jack is."""

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.ethernet import shape
from robot_bridge.sim.tasks.ethernet.success import EthernetJudge, is_inside
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import Vector, down_at, endings, play

SEEDS = range(9000, 9008)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("ethernet")


def test_a_decisive_insertion_is_possible_and_fast(robot: MujocoRobot) -> None:
    done = [play(robot, down_at(0.0), seed) for seed in SEEDS]
    assert all(truth.ending is Ending.SUCCESS for truth, _ in done)
    assert max(steps for _, steps in done) <= 70
    for truth, _ in done:
        assert max(abs(value) for value in truth.relative_pose[:2]) <= 0.0003
        assert truth.relative_pose[2] < -0.0105


@pytest.mark.parametrize("offset", [0.001, -0.001, 0.006, 0.009])
def test_pressing_beside_the_opening_never_counts(robot: MujocoRobot, offset: float) -> None:
    assert endings(robot, down_at(offset), SEEDS)[Ending.SUCCESS] == 0
    assert robot.relative_pose()[2] > -0.0006


@pytest.mark.parametrize("degrees", [9.0, -9.0, 90.0])
def test_a_turned_plug_does_not_go_in(robot: MujocoRobot, degrees: float) -> None:
    turned = down_at(0.0, yaw=float(np.radians(degrees)))
    assert endings(robot, turned, SEEDS[:3])[Ending.SUCCESS] == 0
    assert robot.relative_pose()[2] > -0.0006
    assert robot.truth().peak_force > 6.0


def test_diving_beside_the_jack_is_out_of_reach(robot: MujocoRobot) -> None:
    assert endings(robot, down_at(0.0185), SEEDS) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_diving_next_to_the_housing_inside_the_workspace_is_out_of_reach(
    robot: MujocoRobot,
) -> None:
    beside = shape.OUTER_X + shape.PLUG_X / 2 + 0.001
    assert endings(robot, down_at(beside), SEEDS) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_pushing_straight_down_from_the_start_rarely_works(robot: MujocoRobot) -> None:
    down = np.array([0, 0, -0.0015, 0, 0, 0])
    assert endings(robot, lambda _robot, _step: down, SEEDS)[Ending.SUCCESS] <= 1


def test_flinging_and_shaking_never_count(robot: MujocoRobot) -> None:
    rng = np.random.default_rng(0)
    assert endings(robot, scripts.fling(rng), SEEDS)[Ending.SUCCESS] == 0
    assert endings(robot, scripts.shake(rng), SEEDS)[Ending.SUCCESS] == 0


def test_touch_and_go_does_not_count(robot: MujocoRobot) -> None:
    push = down_at(0.0)
    for seed in SEEDS:
        robot.reset("critical", seed)
        leaving, inside = False, 0
        for step in range(120):
            leaving = leaving or robot.relative_pose()[2] < -0.0092
            robot.send_action(scripts.UP if leaving else push(robot, step))
            inside += is_inside(robot.relative_pose())
        assert 1 <= inside < EthernetJudge.bounds.held_steps
        assert robot.truth().ending is Ending.OUT_OF_REACH


def test_prying_in_the_opening_breaks_the_jack_or_tears_the_plug_away(robot: MujocoRobot) -> None:
    push = down_at(0.0, speed=0.0006)

    def pry(robot: MujocoRobot, step: int) -> Vector:
        if robot.relative_pose()[2] > -0.003:
            return push(robot, step)
        return np.array([0.003, 0.003, 0, 0, 0, 0])

    assert set(endings(robot, pry, SEEDS)) <= {Ending.BROKEN, Ending.DROPPED}
