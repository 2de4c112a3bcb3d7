"""What must not count, and what must: scripted policies that know where the screw is."""

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.screw import shape
from robot_bridge.sim.tasks.screw.mechanism import Thread
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import GENTLE, Policy, Vector, down_at, endings, play

SEEDS = range(9000, 9003)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("screw")


def parts(robot: MujocoRobot) -> Vector:
    return robot.world.parts()


def half_way(robot: MujocoRobot, seed: int) -> None:
    """Drive until the screw is a millimetre down."""
    push = down_at(0.0)
    robot.reset("critical", seed)
    for step in range(150):
        robot.send_action(push(robot, step))
        if parts(robot)[1] > 0.001:
            return
    raise AssertionError("the screw did not go down")


def test_a_decisive_attempt_succeeds_by_turns_alone(robot: MujocoRobot) -> None:
    for seed in SEEDS:
        truth, steps = play(robot, down_at(0.0), seed, 220)
        assert truth.ending is Ending.SUCCESS
        assert steps <= 180
        state, depth, turns, lean = parts(robot)
        assert state == Thread.SEATED
        assert depth == pytest.approx(shape.DRIVE, abs=5e-5)
        assert turns == pytest.approx(0.25 + depth / shape.PITCH, abs=0.06)
        assert lean < 0.01


@pytest.mark.parametrize(("x", "lead"), [(0.001, 0.03), (-0.001, GENTLE), (0.0016, 0.03)])
def test_a_millimetre_off_the_bit_finds_no_recess(
    robot: MujocoRobot, x: float, lead: float
) -> None:
    for seed in SEEDS:
        truth, _ = play(robot, down_at(x, lead=lead), seed, 160)
        assert truth.ending is not Ending.SUCCESS
        assert truth.peak_force > 4.0
        _, depth, turns, _ = parts(robot)
        assert depth < 0.0001
        assert turns < 0.1


def test_a_driver_held_askew_crosses_the_thread(robot: MujocoRobot) -> None:
    askew = down_at(0.0, tilt=float(np.radians(6.0)))
    assert endings(robot, askew, SEEDS, 200) == {Ending.JAMMED: len(SEEDS)}


@pytest.mark.parametrize("degrees", [25.0, -25.0, 45.0])
def test_a_turned_bit_does_not_engage(robot: MujocoRobot, degrees: float) -> None:
    turned = down_at(0.0, yaw=float(np.radians(degrees)))
    for seed in SEEDS:
        play(robot, turned, seed, 120)
        assert parts(robot)[1] < 0.0001
        assert robot.relative_pose()[2] > -0.0006


def test_diving_beside_the_screw_is_out_of_reach(robot: MujocoRobot) -> None:
    assert endings(robot, down_at(0.006), SEEDS) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_flinging_and_shaking_never_count(robot: MujocoRobot) -> None:
    rng = np.random.default_rng(0)
    assert endings(robot, scripts.fling(rng), SEEDS)[Ending.SUCCESS] == 0
    assert endings(robot, scripts.shake(rng), SEEDS)[Ending.SUCCESS] == 0


def after_half_way(robot: MujocoRobot, policy: Policy, steps: int = 150) -> Ending | None:
    half_way(robot, 9000)
    for step in range(steps):
        if robot.truth().ending is not None:
            break
        robot.send_action(policy(robot, step))
    return robot.truth().ending


def test_lifting_off_half_way_is_a_cam_out(robot: MujocoRobot) -> None:
    assert after_half_way(robot, lambda _robot, _step: scripts.UP) is Ending.DROPPED


def test_a_side_load_with_little_pressure_cams_out(robot: MujocoRobot) -> None:
    aside = np.array([0.001, 0, 0.0008, 0, 0, 0])
    assert after_half_way(robot, lambda _robot, _step: aside, 30) in {
        Ending.DROPPED,
        Ending.OUT_OF_REACH,
    }
    assert parts(robot)[1] < 0.0025


def test_wedging_the_bit_sideways_breaks_something_or_tears_the_driver_away(
    robot: MujocoRobot,
) -> None:
    pry = np.array([0.003, 0.003, 0, 0, 0, 0])
    assert after_half_way(robot, lambda _robot, _step: pry) in {Ending.BROKEN, Ending.DROPPED}


def test_stopping_short_does_not_count(robot: MujocoRobot) -> None:
    still = np.zeros(6)

    def rest(robot: MujocoRobot, _step: int) -> Vector:
        lead = robot.state()[20]
        return np.array([0, 0, -lead, 0, 0, 0]) if lead < -0.0005 else still

    assert after_half_way(robot, rest, 120) is not Ending.SUCCESS
    assert parts(robot)[1] < shape.DRIVE - 0.001
