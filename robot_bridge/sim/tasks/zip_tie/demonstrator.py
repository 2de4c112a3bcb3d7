"""Threading a zip tie by hand: bring the bent end over the slot, push, and tug at the end."""

import numpy as np

from robot_bridge.sim.poses import Pose
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

    def _guided(self, robot: Handled) -> Pose:
        """The strap's end as it hung over the slot; what it does in there, only the clicks tell."""
        tool = robot.tool()
        if self.phase in (Phase.APPROACH, Phase.HESITATE):
            self._bent = robot.tip().position - tool.position
        return Pose(tool.position + self._bent, tool.quat)

    def _begin(self, robot: Handled, height: float) -> None:  # noqa: ARG002
        """Whether it is in already, the end of the strap tells."""
        super()._begin(robot, float(robot.parts()[3]))

    def _decide(self, robot: Handled, seen: Pose, tip: Pose, height: float) -> None:
        """The end of the strap tells when it is in; the clicks tell when it is far enough."""
        teeth, depth = robot.parts()[0], robot.parts()[3]
        if self.phase is Phase.PUSH and teeth >= ENOUGH:
            self._enter(Phase.TUG)
        low = float(depth) if self.phase in (Phase.LOWER, Phase.SEARCH) else height
        super()._decide(robot, seen, tip, low)

    def _push(self, seen: Pose, tip: Pose) -> Pose:
        """Straight down through the slot, and then back up against the ratchet."""
        lead = TUG_LEAD if self.phase is Phase.TUG else -self.habits.push_lead
        return Pose(tip.position + np.array([0.0, 0.0, lead]), seen.quat)
