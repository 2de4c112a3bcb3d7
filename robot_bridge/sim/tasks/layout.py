"""Where the fixture and the tool are in one episode, drawn from the ranges of a task."""

from dataclasses import dataclass

import numpy as np

from robot_bridge.robots.base import Regime
from robot_bridge.sim.poses import Pose, Vector
from robot_bridge.sim.tasks.base import generator


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Metres and radians; spreads are drawn evenly from minus to plus."""

    work: Vector
    """Where the goal is on average, base frame."""
    goal_spread: float
    goal_yaw: float
    start_spread: float
    start_height: tuple[float, float]
    start_yaw: float
    start_tilt: float
    home: Vector
    """Middle of the full regime's start, relative to `work`."""
    home_spread: float


@dataclass(frozen=True)
class Layout:
    """Where things are in one episode."""

    goal: Pose
    critical_start: Pose
    home: Pose

    def start(self, regime: Regime) -> Pose:
        """Where the tool centre point begins."""
        return self.critical_start if regime == "critical" else self.home


def layout(seed: int, ranges: Ranges) -> Layout:
    """Poses of one episode, base frame."""
    rng = generator(seed, "layout")
    spread, tilted = ranges.start_spread, ranges.start_tilt
    offset = rng.uniform(-ranges.goal_spread, ranges.goal_spread, 2)
    yaw = rng.uniform(-ranges.goal_yaw, ranges.goal_yaw)
    mouth = ranges.work + np.array([*offset, 0.0])
    above = np.array([*rng.uniform(-spread, spread, 2), 0.0])
    above[2] = rng.uniform(*ranges.start_height)
    tilt = rng.uniform(-tilted, tilted, 2)
    turn = yaw + rng.uniform(-ranges.start_yaw, ranges.start_yaw)
    home = ranges.work + ranges.home + rng.uniform(-ranges.home_spread, ranges.home_spread, 3)
    home_turn = rng.uniform(-1, 1, 3) * np.array([tilted, tilted, ranges.start_yaw])
    return Layout(
        goal=Pose.of(mouth, np.array([0.0, 0.0, yaw])),
        critical_start=Pose.of(mouth + above, np.array([*tilt, turn])),
        home=Pose.of(home, home_turn),
    )
