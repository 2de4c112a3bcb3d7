"""Driving a screw by hand: find the recess by feel, then lean on the driver, upright."""

import numpy as np

from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.person import MM, Habits, Inserter


class ScrewDemonstrator(Inserter):
    """One attempt by one imperfect person."""

    habits = Habits(
        far_error=0.8 * MM,
        near_error=0.45 * MM,
        far=12 * MM,
        in_mouth=-0.9 * MM,
        press_lead=1.6 * MM,
        push_lead=4.5 * MM,
        search_radius=0.9 * MM,
        wiggle=0.0,
    )

    def _push(self, seen: Pose, tip: Pose) -> Pose:
        """Press along the hole's axis; the spindle turns by itself."""
        return Pose(tip.position - np.array([0.0, 0.0, self.habits.push_lead]), seen.quat)
