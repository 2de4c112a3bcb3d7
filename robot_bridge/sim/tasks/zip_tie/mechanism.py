"""What a strap does beyond its shapes: it remembers a curve, and its teeth can be counted."""

from typing import Any

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.sensors import reading_of
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.zip_tie import shape

CURVE = np.radians(5.0)
"""Largest bend that the free tail remembers, over its whole length."""
PAST = 0.0001 - shape.PAWL_DEPTH - shape.TOOTH_THICK / 2
"""Height of a tooth that the pawl has caught, in the head's frame."""


class StrapMechanism:
    """Memory and measurement of one world's strap. The ratchet itself is pure contact."""

    def __init__(self, model: Any, data: Any) -> None:
        self._model, self._data = model, data
        names = [f"bend{index}" for index in range(shape.SEGMENTS)]
        self._bends = [int(model.joint(name).qposadr[0]) for name in names]
        self._teeth = [model.geom(f"tooth:{number}").id for number in range(shape.TEETH)]
        self._tip, self._head = model.site("tip").id, model.body("head").id
        self._load = reading_of(model, "pawl")

    def reset(self, seed: int) -> None:
        """Give the strap the curve of this episode."""
        curve = generator(seed, "strap").uniform(-CURVE, CURVE) / shape.SEGMENTS
        for bend in self._bends:
            self._model.qpos_spring[bend] = self._data.qpos[bend] = curve

    def advance(self, force: Vector) -> None:
        """Nothing is driven."""

    def reading(self) -> Vector:
        """Teeth past the pawl, tip in the head (x, y, z), sharpest bend, newtons on the pawl.

        Only what the pawl itself holds counts as pull, not a strap that is wedged in its slot.
        """
        turn, place = self._data.xmat[self._head].reshape(3, 3), self._data.xpos[self._head]
        aside, across, height = ((self._data.geom_xpos[self._teeth] - place) @ turn).T
        in_slot = (np.abs(aside) < 2 * shape.HALF_X) & (np.abs(across) < 0.003)
        teeth = np.count_nonzero(in_slot & (height < PAST))
        tip = (self._data.site_xpos[self._tip] - place) @ turn
        kink = float(np.abs(self._data.qpos[self._bends]).max())
        pull = -float(self._data.sensordata[self._load][2])
        return np.array([float(teeth), *tip, kink, pull])
