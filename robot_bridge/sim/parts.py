"""Parts that several tasks put on the table."""

from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.shapes import FIXED, SHOWN, Colour, box, box_across

TABLE: Colour = (0.55, 0.50, 0.44, 1)
MAT: Colour = (0.20, 0.38, 0.36, 1)
LINE: Colour = (0.55, 0.66, 0.62, 1)
INSIDE: Colour = (0.10, 0.10, 0.11, 1)


def add_mat(spec: Any) -> None:
    """A cutting mat with a 40 mm grid, so that distances can be judged in the pictures."""
    world = spec.worldbody
    box(world, (0.17, 0.13, 0.0004), (0.42, 0, 0.0004), MAT, name="mat", **FIXED)
    for index in range(-3, 4):
        along = (0.435 + 0.04 * index, 0, 0.0009)
        across = (0.42, 0.01 + 0.04 * index, 0.0009)
        box(world, (0.0004, 0.13, 0.0001), along, LINE, **SHOWN)
        box(world, (0.17, 0.0004, 0.0001), across, LINE, **SHOWN)


@dataclass(frozen=True, kw_only=True)
class Well:
    """A rectangular hole downwards from z = 0, with walls and a 45 degree funnel at the top."""

    label: str
    """Distinguishes the shapes of one hole from those of another."""
    centre: tuple[float, float]
    half: tuple[float, float]
    """Half sizes of the opening along x and y."""
    walls: tuple[tuple[float, float], tuple[float, float]]
    """Thickness on the low and the high side along x, then along y."""
    depth: float
    chamfer: float
    colour: Colour

    def add_to(self, body: Any) -> None:
        """Build the walls, named `wall:…`, the funnel, `chamfer:…`, and dark skins inside."""
        for axis in (0, 1):
            for high in (False, True):
                self._wall(body, axis, high)
                self._skin(body, axis, high)

    def _wall(self, body: Any, axis: int, high: bool) -> None:
        self._block(body, axis, high, 0.0, (-self.depth, -self.chamfer))
        self._block(body, axis, high, self.chamfer, (-self.chamfer, 0.0))
        side, edge = (1.0 if high else -1.0), self.chamfer / np.sqrt(2)
        turn = np.zeros(4)
        mujoco.mju_axisAngle2Quat(turn, np.eye(3)[1 - axis], np.pi / 4)
        near = side * (self.half[axis] + self.chamfer)
        size = (edge, self.half[1 - axis] + self.chamfer, edge)
        pos = (self.centre[axis] + near, self.centre[1 - axis], -self.chamfer)
        name = f"chamfer:{self.label}{axis}{high}"
        box_across(body, axis, size, pos, self.colour, quat=turn, name=name, **FIXED)

    def _block(
        self, body: Any, axis: int, high: bool, setback: float, heights: tuple[float, float]
    ) -> None:
        """One layer of a wall. Walls along x run the whole length; those along y fit between."""
        side = 1.0 if high else -1.0
        near = self.half[axis] + setback
        far = self.half[axis] + self.walls[axis][high]
        low = self.half[1 - axis] + (self.walls[1][0] if axis == 0 else setback)
        top = self.half[1 - axis] + (self.walls[1][1] if axis == 0 else setback)
        size = ((far - near) / 2, (low + top) / 2, (heights[1] - heights[0]) / 2)
        pos = (
            self.centre[axis] + side * (far + near) / 2,
            self.centre[1 - axis] + (top - low) / 2,
            sum(heights) / 2,
        )
        name = f"wall:{self.label}{axis}{high}{setback}"
        box_across(body, axis, size, pos, self.colour, name=name, **FIXED)

    def _skin(self, body: Any, axis: int, high: bool) -> None:
        side = 1.0 if high else -1.0
        size = (0.00002, self.half[1 - axis], (self.depth - 0.001) / 2)
        across = self.centre[axis] + side * self.half[axis]
        pos = (across, self.centre[1 - axis], -(self.depth + 0.001) / 2)
        box_across(body, axis, size, pos, INSIDE, **SHOWN)
