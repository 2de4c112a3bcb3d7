"""What must not count, and what must."""

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.zip_tie.success import KINK
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import down_at, endings, play
from tests.robot_bridge.sim.tasks.zip_tie.threading import pushed_in, thread

SEEDS = range(9000, 9003)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("zip_tie")


def test_a_decisive_attempt_succeeds_and_is_fast(robot: MujocoRobot) -> None:
    for seed in SEEDS:
        truth, steps = play(robot, thread(), seed)
        assert truth.ending is Ending.SUCCESS
        assert steps <= 70
        teeth, x, y, z, _, pull = robot.parts()
        assert teeth >= 5
        assert abs(x) < 0.0006
        assert abs(y) < 0.003
        assert z < -0.017
        assert pull > 4.0


@pytest.mark.parametrize(("x", "y"), [(0.001, 0.0), (-0.001, 0.0), (0.0, 0.001), (0.0, -0.001)])
def test_a_millimetre_off_the_strap_does_not_go_in(robot: MujocoRobot, x: float, y: float) -> None:
    for seed in SEEDS:
        truth, _ = play(robot, thread(x, y), seed)
        assert truth.ending is not Ending.SUCCESS
        assert truth.peak_force > 4.0
        assert robot.parts()[0] == 0


@pytest.mark.parametrize("degrees", [15.0, -15.0])
def test_a_turned_strap_does_not_go_in(robot: MujocoRobot, degrees: float) -> None:
    found = endings(robot, thread(yaw=float(np.radians(degrees))), SEEDS)
    assert found[Ending.SUCCESS] == 0
    assert robot.parts()[0] == 0
    assert robot.truth().peak_force > 4.0


def test_too_few_teeth_hold_but_do_not_count(robot: MujocoRobot) -> None:
    assert endings(robot, thread(enough=2), SEEDS)[Ending.SUCCESS] == 0
    assert robot.parts()[5] > 4.0


def test_pushing_without_a_tug_does_not_count(robot: MujocoRobot) -> None:
    assert endings(robot, thread(enough=99), SEEDS)[Ending.SUCCESS] == 0
    assert robot.parts()[0] > 6


def test_a_short_tug_does_not_count(robot: MujocoRobot) -> None:
    pushed_in(robot, 9000, 6)
    for step in range(80):
        up = step % 10 < 4
        lead = robot.state()[20]
        wish = (0.005 if up else -0.002) - lead
        robot.send_action(np.array([0, 0, np.clip(wish, -0.003, 0.003), 0, 0, 0]))
    assert robot.truth().ending is not Ending.SUCCESS


def test_diving_beside_the_head_is_out_of_reach(robot: MujocoRobot) -> None:
    assert endings(robot, down_at(0.0, 0.009), SEEDS) == {Ending.OUT_OF_REACH: len(SEEDS)}
    assert endings(robot, down_at(0.0185), SEEDS) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_flinging_and_shaking_never_count(robot: MujocoRobot) -> None:
    rng = np.random.default_rng(0)
    assert endings(robot, scripts.fling(rng), SEEDS)[Ending.SUCCESS] == 0
    assert endings(robot, scripts.shake(rng), SEEDS)[Ending.SUCCESS] == 0


def test_bending_the_strap_hard_in_its_slot_kinks_or_tears_it(robot: MujocoRobot) -> None:
    pushed_in(robot, 9000, 3)
    aside, kink = np.array([0.0, 0.0004, -0.0004, -0.02, 0, 0]), 0.0
    while robot.truth().ending is None:
        robot.send_action(aside)
        kink = max(kink, robot.parts()[4])
    assert robot.truth().ending in {Ending.JAMMED, Ending.BROKEN}
    assert kink > KINK


def test_tearing_at_a_locked_strap_breaks_it_or_pulls_it_from_the_hand(robot: MujocoRobot) -> None:
    pushed_in(robot, 9000, 3)
    for _ in range(60):
        robot.send_action(np.array([0.003, 0, 0.003, 0, 0, 0]))
    assert robot.truth().ending in {Ending.BROKEN, Ending.DROPPED}
