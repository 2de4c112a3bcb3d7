"""A point without physics, for tests of everything around a robot."""

from robot_bridge.cameras.base import CameraSource
from robot_bridge.cameras.fake.source import FakeCameras
from robot_bridge.robots.base import Robot
from robot_bridge.robots.fake.robot import TASKS as PRETENDED
from robot_bridge.robots.fake.robot import FakeRobot

TASKS = tuple(PRETENDED)


def build_robot(task: str) -> Robot:
    """The point."""
    return FakeRobot(task)


def build_cameras(task: str) -> CameraSource:  # noqa: ARG001 - all its tasks look alike
    """Plain pictures that change with its place."""
    return FakeCameras()
