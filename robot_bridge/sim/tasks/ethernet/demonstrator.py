"""Plugging in as a person at a teleoperation device does it: slow, unsure, by feel at the end.

The demonstrator sees the jack through an estimate that is about a millimetre off from afar and
still off by a good part of the capture range near by, so it often lands on the rim and has to
search. Phases: approach → hesitate → lower → (search → back off → lower) → push.
"""

from enum import Enum, auto

import numpy as np

from robot_bridge.sim.poses import Pose, Vector, quaternion, rotate, rotation_vector
from robot_bridge.sim.tasks.base import Handled

MM = 0.001
FAR_ERROR, NEAR_ERROR = 1.0 * MM, 0.50 * MM
FAR_YAW, NEAR_YAW = np.radians(1.5), np.radians(0.7)
FAR = 15 * MM
"""Height above which nothing finer than the far error can be seen."""

CRUISE, CREEP, DESCEND, SEARCH, PUSH = 0.9 * MM, 0.2 * MM, 0.20 * MM, 0.14 * MM, 0.30 * MM
"""Speeds, metres per control step (1 mm per step is 50 mm/s)."""
TURN = 0.006
TOUCH = 1.5
"""Newtons that are felt as contact."""
IN_MOUTH = -0.9 * MM
"""Height of the tip that means it has found the opening: deeper than the chamfer."""
PRESS_LEAD, PUSH_LEAD = 2.6 * MM, 6.0 * MM
"""Lead of the target over the tool while searching and pushing; times the stiffness: the force."""
SEARCH_STEPS, SEARCH_RADIUS = 60, 1.0 * MM
STATE_FORCE_Z = 14


class Phase(Enum):
    """What the demonstrator is busy with."""

    APPROACH = auto()
    HESITATE = auto()
    LOWER = auto()
    SEARCH = auto()
    BACK_OFF = auto()
    PUSH = auto()


class EthernetDemonstrator:
    """One attempt by one imperfect person."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.phase = Phase.APPROACH
        self._steps = 0
        self._pace = rng.uniform(0.8, 1.25)
        self._hover = rng.uniform(3.0, 5.0) * MM
        self._far = np.array([*rng.normal(0, FAR_ERROR, 2), rng.normal(0, FAR_YAW)])
        self._near = np.zeros(3)
        self._look(1.0)
        self._spin = rng.choice([-1.0, 1.0])
        self._angle = rng.uniform(0, 2 * np.pi)
        self._tremor = np.zeros(6)

    def _look(self, blur: float) -> None:
        """Take a fresh look from near by; the patience for a pause is drawn with it."""
        rng = self._rng
        self._near = blur * np.array([*rng.normal(0, NEAR_ERROR, 2), rng.normal(0, NEAR_YAW)])
        self._patience = int(rng.integers(16, 36))

    def _enter(self, phase: Phase) -> None:
        self.phase, self._steps = phase, 0

    def act(self, robot: Handled) -> Vector:
        """The action for the next control period, shape [6]."""
        tool, jack = robot.tool(), robot.goal()
        seen = self._seen(jack, float(tool.position[2] - jack.position[2]))
        height = float(tool.position[2] - seen.position[2])
        self._steps += 1
        self._decide(robot, seen, tool, height)
        wish, speed = self._wish(seen, tool)
        step = wish.minus(robot.target())
        step = _shorten(step, speed * self._pace, TURN * self._pace)
        self._tremor = 0.8 * self._tremor + self._rng.normal(0, 1, 6) * _TREMOR
        return step + self._tremor

    def _seen(self, jack: Pose, height: float) -> Pose:
        """The jack where this person believes it is, from this height."""
        error = self._near + self._far * np.clip(height / FAR, 0.0, 1.0)
        turn = rotation_vector(jack.quat) + np.array([0.0, 0.0, error[2]])
        return Pose(jack.position + np.array([error[0], error[1], 0.0]), quaternion(turn))

    def _decide(self, robot: Handled, seen: Pose, tool: Pose, height: float) -> None:
        """Change the phase when what is seen and felt calls for it."""
        touching = abs(robot.state()[STATE_FORCE_Z]) > TOUCH
        if self.phase in (Phase.LOWER, Phase.SEARCH) and height < IN_MOUTH:
            self._enter(Phase.PUSH)
        elif self.phase is Phase.APPROACH:
            hover = seen.position + np.array([0.0, 0.0, self._hover])
            if float(np.linalg.norm(tool.position - hover)) < 0.7 * MM:
                self._enter(Phase.HESITATE)
        elif self.phase is Phase.HESITATE and self._steps > self._patience:
            self._enter(Phase.LOWER)
        elif self.phase is Phase.LOWER and touching:
            self._enter(Phase.SEARCH)
        elif self.phase is Phase.SEARCH and self._steps > SEARCH_STEPS / self._pace:
            self._enter(Phase.BACK_OFF)
        elif self.phase is Phase.BACK_OFF and height > 1.8 * MM:
            self._look(0.7)
            self._enter(Phase.HESITATE)
            self._hover = 2.0 * MM

    def _wish(self, seen: Pose, tool: Pose) -> tuple[Pose, float]:
        """Where the target should go, and how fast."""
        place = seen.position.copy()
        if self.phase in (Phase.APPROACH, Phase.HESITATE):
            place[2] += self._hover
            left = float(np.linalg.norm(place - tool.position))
            cruise = float(np.clip(0.12 * left, CREEP, CRUISE))
            return Pose(place, seen.quat), cruise if self.phase is Phase.APPROACH else CREEP
        if self.phase is Phase.LOWER:
            place[2] = tool.position[2] - 1.5 * MM
            return Pose(place, seen.quat), DESCEND
        if self.phase is Phase.BACK_OFF:
            place[2] += 2.5 * MM
            return Pose(place, seen.quat), 2 * DESCEND
        if self.phase is Phase.SEARCH:
            return self._spiral(seen, tool), SEARCH + CREEP
        # Inside, the walls lead: follow them sideways instead of insisting on what was seen.
        place = tool.position - np.array([0.0, 0.0, PUSH_LEAD])
        return Pose(place, tool.quat), PUSH

    def _spiral(self, seen: Pose, tool: Pose) -> Pose:
        """Press lightly and circle outwards around the believed place, wiggling the yaw."""
        share = self._steps / SEARCH_STEPS
        radius = max(SEARCH_RADIUS * share, 0.1 * MM)
        self._angle += self._spin * min(SEARCH * self._pace / radius, 0.6)
        way = np.array([np.cos(self._angle), np.sin(self._angle), 0.0]) * radius
        place = seen.position + rotate(seen.quat, way)
        place[2] = tool.position[2] - PRESS_LEAD
        wiggle = np.array([0.0, 0.0, np.radians(1.2) * np.sin(0.35 * self._steps)])
        return Pose(place, seen.quat).moved(np.concatenate([np.zeros(3), wiggle]))


_TREMOR = np.array([0.012 * MM] * 3 + [0.0002] * 3)


def _shorten(step: Vector, reach: float, turn: float) -> Vector:
    """The step with its translation and rotation scaled down to their largest lengths."""
    length, angle = float(np.linalg.norm(step[:3])), float(np.linalg.norm(step[3:]))
    move = step[:3] * min(1.0, reach / max(length, 1e-12))
    return np.concatenate([move, step[3:] * min(1.0, turn / max(angle, 1e-12))])
