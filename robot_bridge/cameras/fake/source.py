"""Draws the fake cell: a square for the goal, a disc for the tool. Cheap and deterministic."""

import struct

import numpy as np
from numpy.typing import NDArray

from robot_bridge.cameras.base import CameraSource, Pixels
from robot_bridge.errors import ConfigError

NAMES = ("wrist", "base")
_BACKGROUND = {"wrist": (40, 44, 52), "base": (64, 58, 48)}
_GOAL = (80, 160, 90)
_TOOL = (220, 140, 60)
_SPAN = {"wrist": 0.02, "base": 0.16}


class FakeCameras(CameraSource):
    """`wrist` looks down on the goal from close by; `base` looks from the side."""

    names = NAMES

    def open(self) -> str:
        """Nothing to start."""
        return "drawn in numpy"

    def close(self) -> None:
        """Nothing to release."""

    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        """One picture of the moment in `snapshot`."""
        if camera not in NAMES:
            raise ConfigError(f"unknown camera {camera!r}; this cell has {', '.join(NAMES)}")
        values = struct.unpack("<6d", snapshot)
        tool, goal = np.asarray(values[:3]), np.asarray(values[3:])
        down = 1 if camera == "wrist" else 2
        span = _SPAN[camera]
        picture = np.empty((height, width, 3), np.uint8)
        picture[:] = _BACKGROUND[camera]
        x, y = _grid(width, height)
        origin = goal[[0, down]]
        square = (np.abs(x) < 0.08) & (np.abs(y) < 0.08)
        picture[square] = _GOAL
        at = (tool[[0, down]] - origin) / span
        disc = (x - at[0]) ** 2 + (y + at[1]) ** 2 < 0.01
        picture[disc] = _TOOL
        return picture


def _grid(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.linspace(-1.0, 1.0, width)[None, :]
    y = np.linspace(-1.0, 1.0, height)[:, None]
    return x, y
