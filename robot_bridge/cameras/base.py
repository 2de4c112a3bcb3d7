"""What every camera source offers. It lives in a process of its own, beside the control loop.

A source turns a robot snapshot (or the light that falls on a sensor) into pixels. Policy images are
small squares taken at the control step that asks for them; console video is larger, and made only
while somebody watches.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


class CameraSource(ABC):
    """All cameras of one cell. Used from one thread of one process."""

    names: tuple[str, ...]

    @abstractmethod
    def open(self) -> str:
        """Start the cameras; return one line that says what renders or captures."""

    @abstractmethod
    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        """One RGB picture, uint8 [height, width, 3], of the moment in `snapshot`."""

    @abstractmethod
    def close(self) -> None:
        """Release the devices. May be called twice."""
