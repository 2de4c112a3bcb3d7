"""Inserting something as a person at a teleoperation device does it: slow, unsure, by feel.

The demonstrator sees the goal through an estimate that is about a millimetre off from afar and
still off by a good part of the capture range near by, so it often lands on the rim and has to
search. Phases: approach → hesitate → lower → (search → back off → lower) → push, and for some
things a tug at the end. Who takes over amid an attempt lets go first of what is pressed upon, or
goes on pushing what is in already.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

import numpy as np

from robot_bridge.sim.poses import (
    Pose,
    Vector,
    conjugate,
    multiply,
    quaternion,
    rotate,
    rotation_vector,
)
from robot_bridge.sim.tasks.base import Handled

MM = 0.001
STATE_VELOCITY = slice(6, 9)
STATE_FORCE_Z = 14
AT_REST = 2 * MM
"""Metres per second below which the tool stands still."""
CLEAR = 1.8 * MM
"""Height of the tip over the goal at which nothing is touched any more."""
TREMOR = np.array([0.012 * MM] * 3 + [0.0002] * 3)


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a person does one kind of insertion. Metres and metres per control step; radians.

    One millimetre per step is 50 mm/s.
    """

    far_error: float = 1.0 * MM
    near_error: float = 0.50 * MM
    far_yaw: float = np.radians(1.5)
    near_yaw: float = np.radians(0.7)
    far: float = 15 * MM
    """Height above which nothing finer than the far error can be seen."""
    cruise: float = 0.9 * MM
    creep: float = 0.2 * MM
    descend: float = 0.20 * MM
    search: float = 0.14 * MM
    push: float = 0.30 * MM
    turn: float = 0.006
    touch: float = 1.5
    """Newtons that are felt as contact."""
    in_mouth: float = -0.9 * MM
    """Height of the tip that means it has found the opening: deeper than the chamfer."""
    press_lead: float = 2.6 * MM
    push_lead: float = 6.0 * MM
    """Lead of the target over the tool while searching and pushing; times stiffness: the force."""
    search_steps: int = 60
    search_radius: float = 1.0 * MM
    wiggle: float = np.radians(1.2)


class Phase(Enum):
    """What the demonstrator is busy with."""

    LET_GO = auto()
    APPROACH = auto()
    HESITATE = auto()
    LOWER = auto()
    SEARCH = auto()
    BACK_OFF = auto()
    PUSH = auto()
    TUG = auto()


class Inserter:
    """One attempt by one imperfect person."""

    habits: ClassVar[Habits] = Habits()

    def __init__(self, rng: np.random.Generator, blur: float = 1.0) -> None:
        """Begin; `blur` times as far off as usual is what this person sees."""
        habits = self.habits
        self._rng = rng
        self._blur = blur
        self.phase = Phase.APPROACH
        self._steps = 0
        self._pace = rng.uniform(0.8, 1.25)
        self._hover = rng.uniform(3.0, 5.0) * MM
        far = [*rng.normal(0, habits.far_error, 2), rng.normal(0, habits.far_yaw)]
        self._far = blur * np.array(far)
        self._near = np.zeros(3)
        self._look(1.0)
        self._spin = rng.choice([-1.0, 1.0])
        self._angle = rng.uniform(0, 2 * np.pi)
        self._tremor = np.zeros(6)
        self._brace: Vector | None = None
        self._begun = False

    def _look(self, share: float) -> None:
        """Take a fresh look, this share as far off as the first; patience is drawn with it."""
        rng, habits = self._rng, self.habits
        error = [*rng.normal(0, habits.near_error, 2), rng.normal(0, habits.near_yaw)]
        self._near = self._blur * share * np.array(error)
        self._patience = int(rng.integers(16, 36))

    def _enter(self, phase: Phase) -> None:
        self.phase, self._steps = phase, 0

    def act(self, robot: Handled) -> Vector:
        """The action for the next control period, shape [6]."""
        tip, goal = self._guided(robot), robot.goal()
        seen = self._seen(goal, float(tip.position[2] - goal.position[2]))
        height = float(tip.position[2] - seen.position[2])
        if not self._begun:
            self._begin(robot, height)
        self._steps += 1
        self._decide(robot, seen, tip, height)
        wish, speed = self._wish(seen, tip)
        step = _led(robot.tool(), tip, wish).minus(robot.target())
        if self._brace is not None:
            step = step + self._brace
        step = _shorten(step, speed * self._pace, self.habits.turn * self._pace)
        self._tremor = 0.8 * self._tremor + self._rng.normal(0, 1, 6) * TREMOR
        return step + self._tremor

    def _begin(self, robot: Handled, height: float) -> None:
        """Where a person goes on with what somebody else, or nobody, has begun."""
        self._begun = True
        if height < self.habits.in_mouth:
            self._enter(Phase.PUSH)
        elif height < CLEAR:
            self._enter(Phase.LET_GO)
        self._feel_pull(robot)

    def _feel_pull(self, robot: Handled) -> None:
        """What the hand holds against the cable; only a hand at rest in free air can tell."""
        moving = float(np.linalg.norm(robot.state()[STATE_VELOCITY])) > AT_REST
        if self._brace is None and self.phase in (Phase.APPROACH, Phase.HESITATE) and not moving:
            self._brace = robot.target().minus(robot.tool())

    def _touches(self, robot: Handled) -> bool:
        return bool(abs(robot.state()[STATE_FORCE_Z]) > self.habits.touch)

    def _guided(self, robot: Handled) -> Pose:
        """What this person looks at and guides: the end of the object, however it is held."""
        return robot.tip()

    def _seen(self, goal: Pose, height: float) -> Pose:
        """The goal where this person believes it is, from this height."""
        error = self._near + self._far * np.clip(height / self.habits.far, 0.0, 1.0)
        turn = rotation_vector(goal.quat) + np.array([0.0, 0.0, error[2]])
        return Pose(goal.position + np.array([error[0], error[1], 0.0]), quaternion(turn))

    def _decide(self, robot: Handled, seen: Pose, tip: Pose, height: float) -> None:
        """Change the phase when what is seen and felt calls for it."""
        touching = self._touches(robot)
        if self.phase is Phase.LET_GO and height > CLEAR:
            self._enter(Phase.APPROACH)
        elif self.phase in (Phase.LOWER, Phase.SEARCH) and height < self.habits.in_mouth:
            self._enter(Phase.PUSH)
        elif self.phase is Phase.APPROACH:
            hover = seen.position + np.array([0.0, 0.0, self._hover])
            if float(np.linalg.norm(tip.position - hover)) < 0.7 * MM:
                self._enter(Phase.HESITATE)
        elif self.phase is Phase.HESITATE and self._steps > self._patience:
            self._feel_pull(robot)
            self._enter(Phase.LOWER)
        elif self.phase is Phase.LOWER and touching:
            self._enter(Phase.SEARCH)
        elif self.phase is Phase.SEARCH and self._steps > self.habits.search_steps / self._pace:
            self._enter(Phase.BACK_OFF)
        elif self.phase is Phase.BACK_OFF and height > CLEAR:
            self._look(0.7)
            self._enter(Phase.HESITATE)
            self._hover = 2.0 * MM

    def _wish(self, seen: Pose, tip: Pose) -> tuple[Pose, float]:
        """Where the tip should go, and how fast."""
        habits = self.habits
        place = seen.position.copy()
        if self.phase in (Phase.APPROACH, Phase.HESITATE):
            place[2] += self._hover
            left = float(np.linalg.norm(place - tip.position))
            cruise = float(np.clip(0.12 * left, habits.creep, habits.cruise))
            return Pose(place, seen.quat), cruise if self.phase is Phase.APPROACH else habits.creep
        if self.phase is Phase.LET_GO:
            return Pose(tip.position + np.array([0.0, 0.0, MM]), tip.quat), 2 * habits.descend
        if self.phase is Phase.LOWER:
            place[2] = tip.position[2] - 1.5 * MM
            return Pose(place, seen.quat), habits.descend
        if self.phase is Phase.BACK_OFF:
            place[2] += 2.5 * MM
            return Pose(place, seen.quat), 2 * habits.descend
        if self.phase is Phase.SEARCH:
            return self._spiral(seen, tip), habits.search + habits.creep
        return self._push(seen, tip), habits.push

    def _push(self, seen: Pose, tip: Pose) -> Pose:  # noqa: ARG002
        """Inside, the walls lead: follow them sideways instead of insisting on what was seen."""
        return Pose(tip.position - np.array([0.0, 0.0, self.habits.push_lead]), tip.quat)

    def _spiral(self, seen: Pose, tip: Pose) -> Pose:
        """Press lightly and circle outwards around the believed place, wiggling the yaw."""
        habits = self.habits
        share = self._steps / habits.search_steps
        radius = max(habits.search_radius * share, 0.1 * MM)
        self._angle += self._spin * min(habits.search * self._pace / radius, 0.6)
        way = np.array([np.cos(self._angle), np.sin(self._angle), 0.0]) * radius
        place = seen.position + rotate(seen.quat, way)
        place[2] = tip.position[2] - habits.press_lead
        wiggle = np.array([0.0, 0.0, habits.wiggle * np.sin(0.35 * self._steps)])
        return Pose(place, seen.quat).moved(np.concatenate([np.zeros(3), wiggle]))


def _led(tool: Pose, tip: Pose, wish: Pose) -> Pose:
    """Where the hand must be for the end of the object to be at a wish."""
    turn = multiply(wish.quat, conjugate(tip.quat))
    return Pose(
        wish.position + rotate(turn, tool.position - tip.position), multiply(turn, tool.quat)
    )


def _shorten(step: Vector, reach: float, turn: float) -> Vector:
    """The step with its translation and rotation scaled down to their largest lengths."""
    length, angle = float(np.linalg.norm(step[:3])), float(np.linalg.norm(step[3:]))
    move = step[:3] * min(1.0, reach / max(length, 1e-12))
    return np.concatenate([move, step[3:] * min(1.0, turn / max(angle, 1e-12))])
