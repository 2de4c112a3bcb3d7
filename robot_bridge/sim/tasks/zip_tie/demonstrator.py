"""Threading a zip tie by hand: bring the bent end over the slot, push, and tug at the end."""

import numpy as np

from robot_bridge.sim.poses import Pose, Vector, rotate
from robot_bridge.sim.tasks.base import Handled
from robot_bridge.sim.tasks.person import MM, Habits, Inserter, Phase

ENOUGH = 6
"""Teeth past the pawl that a person wants to have heard before tugging."""
TUG_LEAD = 5.0 * MM


class ZipTieDemonstrator(Inserter):
    """One attempt by one imperfect person, who looks at the strap's end and not at the fingers."""

    habits = Habits(
        near_error=0.40 * MM,
        in_mouth=-1.2 * MM,
        touch=0.6,
        descend=0.16 * MM,
        push=0.28 * MM,
        press_lead=1.2 * MM,
        push_lead=5.0 * MM,
        search_radius=1.0 * MM,
        wiggle=np.radians(2.0),
    )
    _bent = np.zeros(3)

    def act(self, robot: Handled) -> Vector:
        """The action for the next control period, shape [6]."""
        if self.phase in (Phase.APPROACH, Phase.HESITATE):
            goal = robot.goal()
            end = goal.position + rotate(goal.quat, robot.parts()[1:4])
            self._bent = end - robot.tool().position
        return super().act(robot)

    def _seen(self, goal: Pose, height: float) -> Pose:
        """Where the fingers must bring the point that the end would have without its bend."""
        seen = super()._seen(goal, height)
        return Pose(seen.position - np.array([*self._bent[:2], 0.0]), seen.quat)

    def _decide(self, robot: Handled, seen: Pose, tool: Pose, height: float) -> None:
        """The end of the strap tells when it is in; the clicks tell when it is far enough."""
        teeth, depth = robot.parts()[0], robot.parts()[3]
        if self.phase is Phase.PUSH and teeth >= ENOUGH:
            self._enter(Phase.TUG)
        low = float(depth) if self.phase in (Phase.LOWER, Phase.SEARCH) else height
        super()._decide(robot, seen, tool, low)

    def _push(self, seen: Pose, tool: Pose) -> Pose:
        """Straight down through the slot, and then back up against the ratchet."""
        lead = TUG_LEAD if self.phase is Phase.TUG else -self.habits.push_lead
        return Pose(tool.position + np.array([0.0, 0.0, lead]), seen.quat)
