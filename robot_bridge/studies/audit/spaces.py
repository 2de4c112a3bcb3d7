"""What the optimiser may choose: genomes, how they are drawn from scratch, how they act.

Genomes are numbers of the order of one. Nothing here knows a task: places are counted from the
goal's frame, and the ranges are those of the robot and of the smallest workspace.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.poses import rotate
from robot_bridge.studies.audit.legs import Leg, Walk
from robot_bridge.studies.play import Policy

LEGS = 4
PER_LEG = 8
REACH = np.array([0.008, 0.008, 0.015, 0.10, 0.10, 0.15])
"""Metres and radians of one unit of a leg's place."""
SOFTEST, HARDEST = 0.0005, 0.0125
"""Metres of lead; the robot itself allows 0.012."""
SHORTEST, LONGEST = 4.0, 240.0
KNOTS = 12
AXES = 6


class Space(Protocol):
    """A family of policies."""

    name: str
    size: int

    def draw(self, rng: np.random.Generator) -> Vector:
        """A genome from scratch."""

    def policy(self, genome: Vector) -> Policy:
        """A fresh policy for one episode."""


def _leg(genes: Vector) -> Leg:
    share = float(np.clip(0.5 + 0.5 * genes[6], 0.0, 1.0))
    time = float(np.clip(0.5 + 0.5 * genes[7], 0.0, 1.0))
    return Leg(
        place=REACH * genes[:6],
        push=SOFTEST + (HARDEST - SOFTEST) * share,
        steps=round(SHORTEST * (LONGEST / SHORTEST) ** time),
    )


def _draw_leg(rng: np.random.Generator) -> Vector:
    """Some legs end far away, some near the goal's axis: the scale is drawn first."""
    genes = rng.normal(0.0, 1.0, PER_LEG)
    genes[[0, 1]] *= 10.0 ** rng.uniform(-2.0, 0.0)
    genes[[3, 4, 5]] *= 10.0 ** rng.uniform(-2.0, 0.0)
    genes[6:] = rng.uniform(-1.0, 1.0, 2)
    return genes


class Plans:
    """Some places in the goal's frame, each with its own force and patience."""

    name = "plans"
    size = LEGS * PER_LEG

    def draw(self, rng: np.random.Generator) -> Vector:
        """Every leg drawn for itself."""
        return np.concatenate([_draw_leg(rng) for _ in range(LEGS)])

    def policy(self, genome: Vector) -> Policy:
        """Walk the legs."""
        return Walk(tuple(_leg(genes) for genes in genome.reshape(LEGS, PER_LEG)))


def _draw_knots(rng: np.random.Generator) -> Vector:
    """Gentle or violent, slow or quick: pace first, then the amplitude of each axis."""
    pace = rng.uniform(-1.0, 1.0, 1)
    knots = rng.normal(0.0, 1.0, (KNOTS, AXES)) * 10.0 ** rng.uniform(-1.5, 0.5, AXES)
    return np.concatenate([pace, knots.ravel()])


@dataclass(frozen=True)
class Motion:
    """Shares of the largest action over time, in the goal's axes; the last knot stays."""

    knots: Vector
    gap: float
    """Control steps between two knots."""

    @classmethod
    def of(cls, genes: Vector) -> "Motion":
        """From the pace and the knots of a genome."""
        return cls(genes[1:].reshape(KNOTS, AXES), 2.0 * 8.0 ** (0.5 + 0.5 * np.tanh(genes[0])))

    def at(self, robot: MujocoRobot, step: int) -> Vector:
        """The action of a step, base axes."""
        place = min(step / self.gap, KNOTS - 1.0)
        low = min(int(place), KNOTS - 2)
        share = self.knots[low] + (place - low) * (self.knots[low + 1] - self.knots[low])
        action = np.clip(share, -1.0, 1.0) * np.array(robot.spec.action_limit)
        turn = robot.goal().quat
        return np.concatenate([rotate(turn, action[:3]), rotate(turn, action[3:])])


class Motions:
    """Go somewhere, then move blindly: finds what nobody would plan."""

    name = "motions"
    size = PER_LEG + 1 + KNOTS * AXES

    def draw(self, rng: np.random.Generator) -> Vector:
        """A place and a blind motion."""
        return np.concatenate([_draw_leg(rng), _draw_knots(rng)])

    def policy(self, genome: Vector) -> Policy:
        """One leg, then the motion."""
        first = _leg(genome[:PER_LEG])
        walk = Walk((first, first))
        motion, begun = Motion.of(genome[PER_LEG:]), [0]

        def act(robot: MujocoRobot, step: int) -> Vector:
            if not walk.on_last:
                begun[0] = step + 1
                return walk(robot, step)
            return motion.at(robot, step - begun[0])

        return act


class Shaken:
    """A known plan with a blind motion on top: finds what lies just beside a success."""

    name = "shaken plans"
    size = 1 + KNOTS * AXES

    def __init__(self, plan: Callable[[], Policy]) -> None:
        self._plan = plan

    def draw(self, rng: np.random.Generator) -> Vector:
        """A blind motion."""
        return _draw_knots(rng)

    def policy(self, genome: Vector) -> Policy:
        """The sum of both."""
        plan, motion = self._plan(), Motion.of(genome)
        return lambda robot, step: plan(robot, step) + motion.at(robot, step)
