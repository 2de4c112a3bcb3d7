"""Witness of a screw: the head must lie on the block, brought there by its own turns."""

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.studies.audit.witness import Witness

PITCH = 0.0005
GAP = 0.0002
"""Metres that may be left between head and block."""
UPRIGHT = np.radians(1.5)
FREE_TURN = 0.35
"""Turns that the loose screw may make before its thread catches, and after it has seated."""
SLIP = 0.00006
"""Metres that a screw may go down in one control step beyond what its turning gives."""
TURNING = np.radians(1.0)
RIM = 0.0003
"""How deep below the head's rim the bit's end must be while it turns the screw, metres."""


class ScrewWitness(Witness):
    """Follows the screw's height and turns, step by step."""

    def start(self) -> None:
        """Where the screw stands at first."""
        self._first = self._last = self._height()
        self._angle = self._yaw()
        self._turned = 0.0

    def _screw(self) -> tuple[Vector, Vector]:
        """Place and orientation in the block's frame."""
        block, screw = self.model.body("block").id, self.model.body("screw").id
        turn = self.data.xmat[block].reshape(3, 3).T @ self.data.xmat[screw].reshape(3, 3)
        place = self.seen_from("block", self.data.xpos[screw][None])[0]
        return place, turn

    def _height(self) -> float:
        return float(self._screw()[0][2])

    def _yaw(self) -> float:
        turn = self._screw()[1]
        return float(np.arctan2(turn[1, 0], turn[0, 0]))

    def missing(self) -> str | None:
        """Gap below the head, lean, and the balance of turns and height."""
        _, turn = self._screw()
        gap = self._gap()
        if abs(gap) > GAP:
            return f"the head is {1000 * gap:.2f} mm over the block"
        if float(np.arccos(np.clip(turn[2, 2], -1.0, 1.0))) > UPRIGHT:
            return "the screw leans"
        needed = (self._first - self._height()) / PITCH
        if not needed - 0.1 < self._turned < needed + FREE_TURN:
            return f"{self._turned:.2f} turns are not the {needed:.2f} of the way down"
        return None

    def _gap(self) -> float:
        """From the top of the block to the underside of the head, along the hole."""
        geom = self.model.geom("bottom").id
        under = self.data.geom_xpos[geom] - np.array([0, 0, self.model.geom_size[geom][2]])
        block = self.model.geom("block").id
        top = self.data.geom_xpos[block][2] + self.model.geom_size[block][2]
        return float(under[2] - top)

    def astray(self) -> str | None:
        """Sinking without turning, or turning without a bit in the recess."""
        height, angle = self._height(), self._yaw()
        step = (self._angle - angle + np.pi) % (2 * np.pi) - np.pi
        sunk = self._last - height
        self._angle, self._last = angle, height
        self._turned += step / (2 * np.pi)
        if sunk > SLIP + PITCH * max(step, 0.0) / (2 * np.pi):
            return f"the screw sank by {1000 * sunk:.3f} mm and turned {np.degrees(step):.1f}°"
        if step > TURNING and not self._engaged():
            return "the screw turned without a bit in its recess"
        return None

    def _engaged(self) -> bool:
        ends = self.seen_from("screw", self.corners("bit"))[:4]
        return bool(ends[:, 2].min() < -RIM and np.hypot(ends[:, 0], ends[:, 1]).max() < 0.0026)
