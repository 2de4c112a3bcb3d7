"""Policies without care, which must fail: what they know of the goal must not save them.

    python -m robot_bridge.studies.careless TASK --episodes 100 --seed 0 --json

    push_down    straight down from the start, knowing nothing
    random       every action drawn from all that the limits allow
    full_force   at full speed straight at the goal, which it knows exactly, and on with full force
    slam         lines up over the goal exactly first, then down at full speed

Episode `i` uses the seed `SEED + i`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from robot_bridge.robots.base import Ending, Regime, Truth
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.poses import Pose, Vector
from robot_bridge.sim.tasks import TASKS
from robot_bridge.sim.tasks.base import generator

Policy = Callable[[MujocoRobot], Vector]
Careless = Callable[[np.random.Generator], Policy]

BELOW = np.array([0.0, 0.0, -0.020, 0.0, 0.0, 0.0])
"""From the goal to a place deeper than anything can be pushed in."""
STRUCK = 0.0015
"""Metres above the goal: lower than this, the tip has arrived."""
ABOVE = np.array([0.0, 0.0, 0.003, 0.0, 0.0, 0.0])
LINED_UP = np.array([0.0002] * 3 + [0.01] * 3)


def push_down(_rng: np.random.Generator) -> Policy:
    """Straight down at 75 mm/s."""
    return lambda _robot: np.array([0.0, 0.0, -0.0015, 0.0, 0.0, 0.0])


def random(rng: np.random.Generator) -> Policy:
    """Any action, evenly."""
    return lambda robot: np.array(robot.spec.action_limit) * rng.uniform(-1.0, 1.0, 6)


def full_force(_rng: np.random.Generator) -> Policy:
    """The straight way to the goal, as fast as can be, and on with all strength."""
    down: Policy | None = None

    def policy(robot: MujocoRobot) -> Vector:
        nonlocal down
        goal = robot.goal()
        if down is None and float(robot.tip().position[2] - goal.position[2]) < STRUCK:
            down = _through()
        return _hurry(robot, goal) if down is None else down(robot)

    return policy


def _through() -> Policy:
    """From where it is to below the goal, as fast as can be; once there, back."""
    arrived = False

    def policy(robot: MujocoRobot) -> Vector:
        nonlocal arrived
        wish = robot.goal().moved(-BELOW if arrived else BELOW)
        arrived = arrived or bool(robot.tip().position[2] < wish.position[2] + 0.003)
        return _hurry(robot, wish)

    return policy


def slam(_rng: np.random.Generator) -> Policy:
    """Exactly over the goal first, and then down with all strength."""
    down: Policy | None = None

    def policy(robot: MujocoRobot) -> Vector:
        nonlocal down
        over = robot.goal().moved(ABOVE)
        if down is None and (np.abs(_way(robot, over)) < LINED_UP).all():
            down = _through()
        if down is not None:
            return down(robot)
        aside = robot.world.rest().position - robot.tip().position
        return 0.3 * Pose(over.position + aside, over.quat).minus(robot.target())

    return policy


def _way(robot: MujocoRobot, wish: Pose) -> Vector:
    """From where the tip is, with the hand upright, to a pose."""
    return wish.minus(Pose(robot.tip().position, robot.tool().quat))


def _hurry(robot: MujocoRobot, wish: Pose) -> Vector:
    """The longest allowed step of the tip towards a pose."""
    limit, way = np.array(robot.spec.action_limit), _way(robot, wish)
    move = way[:3] / max(float(np.abs(way[:3]).max()), 1e-9) * limit[:3]
    return np.concatenate([move, np.clip(way[3:], -limit[3:], limit[3:])])


CARELESS: dict[str, Careless] = {
    "push_down": push_down,
    "random": random,
    "full_force": full_force,
    "slam": slam,
}


def attempt(robot: MujocoRobot, name: str, seed: int, regime: Regime = "critical") -> Truth:
    """One episode of a careless policy, to its end."""
    robot.reset(regime, seed)
    policy = CARELESS[name](generator(seed, name))
    while (truth := robot.truth()).ending is None:
        robot.send_action(policy(robot))
    return truth


def count(robot: MujocoRobot, name: str, seeds: Sequence[int]) -> Counter[str]:
    """How the episodes of a careless policy end."""
    return Counter((attempt(robot, name, seed).ending or Ending.TIMEOUT).value for seed in seeds)


def main(argv: Sequence[str] | None = None) -> int:
    """Let every careless policy try, and print how it ends."""
    parser = argparse.ArgumentParser(prog="python -m robot_bridge.studies.careless")
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first episode")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    given = parser.parse_args(argv)
    robot = MujocoRobot(MujocoConfig(task=given.task))
    robot.connect()
    seeds = range(given.seed, given.seed + given.episodes)
    found = {name: dict(count(robot, name, seeds).most_common()) for name in CARELESS}
    lines = [f"{name:12} {endings}" for name, endings in found.items()]
    sys.stdout.write((json.dumps(found) if given.json else "\n".join(lines)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
