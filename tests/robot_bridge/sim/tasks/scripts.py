"""Scripted policies that know where the goal is: what must count, and what must not."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from robot_bridge.robots.base import Ending, Regime, Truth
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.poses import Pose, rotate

Vector = NDArray[np.float64]
Policy = Callable[[MujocoRobot, int], Vector]
UP = np.array([0, 0, 0.003, 0, 0, 0])
GENTLE = 0.006
"""A lead that the grip holds: 8 N."""


def connected(task: str) -> MujocoRobot:
    robot = MujocoRobot(MujocoConfig(task=task))
    robot.connect()
    return robot


def play(
    robot: MujocoRobot, policy: Policy, seed: int, steps: int = 150, regime: Regime = "critical"
) -> tuple[Truth, int]:
    robot.reset(regime, seed)
    step = 0
    while robot.truth().ending is None and step < steps:
        robot.send_action(policy(robot, step))
        step += 1
    return robot.truth(), step


def endings(
    robot: MujocoRobot, policy: Policy, seeds: Iterable[int], steps: int = 150
) -> Counter[Ending | None]:
    return Counter(play(robot, policy, seed, steps)[0].ending for seed in seeds)


def aimed(robot: MujocoRobot, place: Iterable[float], yaw: float = 0.0, tilt: float = 0.0) -> Pose:
    """A pose in the goal's frame; tilted about its x, turned about its z."""
    goal = robot.goal()
    there = Pose(goal.position + rotate(goal.quat, np.array(list(place), dtype=float)), goal.quat)
    axis = rotate(goal.quat, np.array([tilt, 0.0, 0.0]))
    return there.moved(np.array([0, 0, 0, axis[0], axis[1], yaw]))


def towards(robot: MujocoRobot, wish: Pose, speed: float = 0.0015) -> Vector:
    """A step of the target towards a pose."""
    brace = robot.world.rest().minus(robot.tool())
    step = wish.minus(robot.target()) + brace
    step[:3] *= min(1.0, speed / max(float(np.linalg.norm(step[:3])), 1e-12))
    step[3:] = np.clip(step[3:], -0.02, 0.02)
    return step


def down_at(
    x: float,
    y: float = 0.0,
    *,
    yaw: float = 0.0,
    tilt: float = 0.0,
    depth: float = 0.03,
    hover: float = 0.002,
    speed: float = 0.0015,
    lead: float = GENTLE,
) -> Policy:
    """Go over a place beside the goal's axis, then push down there with at most that lead."""
    lowering = [False]

    def policy(robot: MujocoRobot, step: int) -> Vector:
        here = robot.tool().relative_to(robot.goal())
        over = float(np.hypot(here[0] - x, here[1] - y)) < 0.0003 and here[2] < hover + 0.001
        lowering[0] = step > 0 and (lowering[0] or (over and abs(here[5] - yaw) < 0.01))
        height = max(-depth, here[2] - lead) if lowering[0] else hover
        return towards(robot, aimed(robot, (x, y, height), yaw, tilt), speed)

    return policy


def fling(rng: np.random.Generator) -> Policy:
    def policy(_robot: MujocoRobot, _step: int) -> Vector:
        return np.array([*rng.choice([-0.003, 0.003], 2), -0.003, *rng.uniform(-0.03, 0.03, 3)])

    return policy


def shake(rng: np.random.Generator) -> Policy:
    def policy(_robot: MujocoRobot, _step: int) -> Vector:
        return np.array([*rng.uniform(-0.003, 0.003, 3), *rng.uniform(-0.03, 0.03, 3)])

    return policy
