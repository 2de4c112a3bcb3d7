"""What must not count, and what must: scripted policies that know where the socket is."""

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.charger import shape
from robot_bridge.sim.tasks.charger.success import ChargerJudge, is_inside
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import Vector, down_at, endings, play

SEEDS = range(9000, 9003)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("charger")


def test_a_decisive_insertion_is_possible_and_fast(robot: MujocoRobot) -> None:
    for seed in SEEDS:
        truth, steps = play(robot, down_at(0.0), seed)
        assert truth.ending is Ending.SUCCESS
        assert steps <= 90
        assert max(abs(value) for value in truth.relative_pose[:2]) <= 0.0004
        assert truth.relative_pose[2] < -0.015


@pytest.mark.parametrize(("x", "y"), [(0.001, 0.0), (0.0, 0.001), (0.0, -0.001), (0.0, 0.0127)])
def test_a_millimetre_off_or_one_prong_out_does_not_go_in(
    robot: MujocoRobot, x: float, y: float
) -> None:
    assert endings(robot, down_at(x, y), SEEDS)[Ending.SUCCESS] == 0
    assert robot.relative_pose()[2] > -0.0006
    assert robot.truth().peak_force > 6.0


@pytest.mark.parametrize("degrees", [8.0, -8.0, 90.0])
def test_turned_prongs_do_not_go_in(robot: MujocoRobot, degrees: float) -> None:
    turned = down_at(0.0, yaw=float(np.radians(degrees)))
    assert endings(robot, turned, SEEDS)[Ending.SUCCESS] == 0
    assert robot.relative_pose()[2] > -0.0006
    assert robot.truth().peak_force > 6.0


def test_diving_beside_the_socket_is_out_of_reach(robot: MujocoRobot) -> None:
    beside = shape.FACE_X + shape.BODY_X / 2 + 0.0005
    found = endings(robot, down_at(beside), SEEDS, 250)
    assert found == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_flinging_and_shaking_never_count(robot: MujocoRobot) -> None:
    rng = np.random.default_rng(0)
    assert endings(robot, scripts.fling(rng), SEEDS)[Ending.SUCCESS] == 0
    assert endings(robot, scripts.shake(rng), SEEDS)[Ending.SUCCESS] == 0


def test_touch_and_go_does_not_count(robot: MujocoRobot) -> None:
    push = down_at(0.0)
    for seed in SEEDS:
        robot.reset("critical", seed)
        leaving, inside = False, 0
        for step in range(140):
            leaving = leaving or robot.relative_pose()[2] < -0.0140
            robot.send_action(scripts.UP if leaving else push(robot, step))
            inside += is_inside(robot.relative_pose())
        assert 1 <= inside < ChargerJudge.bounds.held_steps
        assert robot.truth().ending is not Ending.SUCCESS


def test_prying_in_the_slots_breaks_the_socket_or_tears_the_charger_away(
    robot: MujocoRobot,
) -> None:
    push = down_at(0.0, speed=0.0006)

    def pry(robot: MujocoRobot, step: int) -> Vector:
        if robot.relative_pose()[2] > -0.004:
            return push(robot, step)
        return np.array([0.003, 0.003, 0, 0, 0, 0])

    assert set(endings(robot, pry, SEEDS, 250)) <= {Ending.BROKEN, Ending.DROPPED}
