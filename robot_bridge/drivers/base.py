"""What a driver module offers, ours or a user's (`--driver my_package.my_cell`)."""

from typing import Protocol

from robot_bridge.cameras.base import CameraSource
from robot_bridge.robots.base import Robot


class Driver(Protocol):
    """A module, or anything else, with these three names."""

    TASKS: tuple[str, ...]
    """Tasks the cell can be switched between without a restart of the bridge."""

    def build_robot(self, task: str) -> Robot:
        """The robot, not connected yet."""

    def build_cameras(self, task: str) -> CameraSource:
        """The cameras, not open yet; called in a process of their own."""
