"""What must not count, and what must: scripted policies that know where the jack is."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from robot_bridge.robots.base import Ending, Truth
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.poses import Pose, rotate
from robot_bridge.sim.tasks.ethernet import shape
from robot_bridge.sim.tasks.ethernet.success import EthernetJudge, is_inside

Vector = NDArray[np.float64]
Policy = Callable[[MujocoRobot, int], Vector]
SEEDS = range(9000, 9008)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    robot = MujocoRobot()
    robot.connect()
    return robot


def play(robot: MujocoRobot, policy: Policy, seed: int, steps: int = 150) -> tuple[Truth, int]:
    robot.reset("critical", seed)
    step = 0
    while robot.truth().ending is None and step < steps:
        robot.send_action(policy(robot, step))
        step += 1
    return robot.truth(), step


def endings(robot: MujocoRobot, policy: Policy) -> Counter[Ending | None]:
    return Counter(play(robot, policy, seed)[0].ending for seed in SEEDS)


def towards(robot: MujocoRobot, place: tuple[float, float, float], speed: float) -> Vector:
    """A step of the target towards a place in the jack's frame, upright and aligned."""
    jack = robot.goal()
    wish = Pose(jack.position + rotate(jack.quat, np.array(place)), jack.quat)
    step = wish.minus(robot.target())
    step[:3] *= min(1.0, speed / max(float(np.linalg.norm(step[:3])), 1e-12))
    step[3:] = np.clip(step[3:], -0.02, 0.02)
    return step


def down_beside(x: float, speed: float = 0.0015) -> Policy:
    """Go over a place `x` beside the jack's axis, then push down there."""

    def policy(robot: MujocoRobot, step: int) -> Vector:
        here = robot.relative_pose()
        over = float(np.hypot(here[0] - x, here[1])) < 0.0003
        return towards(robot, (x, 0.0, -0.03 if over or here[2] < 0.001 else 0.002), speed)

    return policy


def test_a_decisive_insertion_is_possible_and_fast(robot: MujocoRobot) -> None:
    done = [play(robot, down_beside(0.0), seed) for seed in SEEDS]
    assert all(truth.ending is Ending.SUCCESS for truth, _ in done)
    assert max(steps for _, steps in done) <= 70
    for truth, _ in done:
        assert max(abs(value) for value in truth.relative_pose[:2]) <= 0.0003
        assert truth.relative_pose[2] < -0.0105


@pytest.mark.parametrize("offset", [0.001, -0.001, 0.006, 0.009])
def test_pressing_beside_the_opening_never_counts(robot: MujocoRobot, offset: float) -> None:
    assert endings(robot, down_beside(offset))[Ending.SUCCESS] == 0
    assert robot.relative_pose()[2] > -0.0006


def test_diving_beside_the_jack_is_out_of_reach(robot: MujocoRobot) -> None:
    assert endings(robot, down_beside(0.0185)) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_diving_next_to_the_housing_inside_the_workspace_is_out_of_reach(
    robot: MujocoRobot,
) -> None:
    beside = shape.OUTER_X + shape.PLUG_X / 2 + 0.001
    assert endings(robot, down_beside(beside)) == {Ending.OUT_OF_REACH: len(SEEDS)}


def test_pushing_straight_down_from_the_start_rarely_works(robot: MujocoRobot) -> None:
    down = np.array([0, 0, -0.0015, 0, 0, 0])
    assert endings(robot, lambda _robot, _step: down)[Ending.SUCCESS] <= 1


def test_flinging_and_shaking_never_count(robot: MujocoRobot) -> None:
    rng = np.random.default_rng(0)

    def fling(_robot: MujocoRobot, _step: int) -> Vector:
        return np.array([*rng.choice([-0.003, 0.003], 2), -0.003, *rng.uniform(-0.03, 0.03, 3)])

    def shake(_robot: MujocoRobot, _step: int) -> Vector:
        return np.array([*rng.uniform(-0.003, 0.003, 3), *rng.uniform(-0.03, 0.03, 3)])

    assert endings(robot, fling)[Ending.SUCCESS] == 0
    assert endings(robot, shake)[Ending.SUCCESS] == 0


def test_touch_and_go_does_not_count(robot: MujocoRobot) -> None:
    push, up = down_beside(0.0), np.array([0, 0, 0.003, 0, 0, 0])
    for seed in SEEDS:
        robot.reset("critical", seed)
        leaving, inside = False, 0
        for step in range(120):
            leaving = leaving or robot.relative_pose()[2] < -0.0092
            robot.send_action(up if leaving else push(robot, step))
            inside += is_inside(robot.relative_pose())
        assert 1 <= inside < EthernetJudge.bounds.held_steps
        assert robot.truth().ending is Ending.OUT_OF_REACH


def test_prying_in_the_opening_breaks_the_jack(robot: MujocoRobot) -> None:
    push = down_beside(0.0, 0.0006)

    def pry(robot: MujocoRobot, step: int) -> Vector:
        if robot.relative_pose()[2] > -0.003:
            return push(robot, step)
        return np.array([0.003, 0.003, 0, 0, 0, 0])

    assert endings(robot, pry) == {Ending.BROKEN: len(SEEDS)}
