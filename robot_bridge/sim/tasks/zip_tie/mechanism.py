"""What a strap does beyond its shapes: it remembers a curve, and its teeth can be counted."""

from typing import Any

import numpy as np

from robot_bridge.sim.poses import Vector
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.zip_tie import shape

CURVE = np.radians(5.0)
"""Largest bend that the free tail remembers, over its whole length."""


class StrapMechanism:
    """Memory and measurement of one world's strap. The ratchet itself is pure contact."""

    def __init__(self, model: Any, data: Any) -> None:
        self._model, self._data = model, data
        names = [f"bend{index}" for index in range(shape.SEGMENTS)]
        self._bends = [int(model.joint(name).qposadr[0]) for name in names]
        self._teeth = [model.geom(f"tooth:{number}").id for number in range(shape.TEETH)]
        self._tip, self._head = model.site("tip").id, model.body("head").id
        self._pull = 0.0

    def reset(self, seed: int) -> None:
        """Give the strap the curve of this episode."""
        self._pull = 0.0
        curve = generator(seed, "strap").uniform(-CURVE, CURVE) / shape.SEGMENTS
        for bend in self._bends:
            self._model.qpos_spring[bend] = self._data.qpos[bend] = curve

    def advance(self, force: Vector) -> None:
        """Nothing is driven; the pull on the strap is noted."""
        self._pull = -float(force[2])

    def _in_head(self, point: Vector) -> Vector:
        turn = self._data.xmat[self._head].reshape(3, 3)
        return np.asarray(turn.T @ (point - self._data.xpos[self._head]))

    def reading(self) -> Vector:
        """Teeth past the pawl, tip in the head (x, y, z), sharpest bend, pull in newtons."""
        teeth = 0
        for tooth in self._teeth:
            x, y, z = self._in_head(self._data.geom_xpos[tooth])
            inside = abs(x) < 2 * shape.HALF_X and abs(y) < 0.003
            teeth += inside and z < -shape.PAWL_DEPTH - shape.TOOTH_THICK / 2 + 0.0001
        tip = self._in_head(self._data.site_xpos[self._tip])
        kink = float(np.abs(self._data.qpos[self._bends]).max())
        return np.array([float(teeth), *tip, kink, self._pull])
