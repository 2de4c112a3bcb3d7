"""Drivers by name. Each is imported only when it is asked for."""

from robot_bridge.cameras.base import CameraSource
from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Robot

DRIVERS = ("mujoco", "fake")


def build_robot(driver: str, task: str) -> Robot:
    """A robot, not connected yet. Raises ConfigError for a name that is not known."""
    if driver == "fake":
        from robot_bridge.robots.fake.robot import FakeRobot

        return FakeRobot(task)
    if driver == "mujoco":
        from robot_bridge.robots.mujoco.config import MujocoConfig
        from robot_bridge.robots.mujoco.robot import MujocoRobot

        return MujocoRobot(MujocoConfig(task=task))
    raise _unknown(driver)


def build_cameras(driver: str, task: str) -> CameraSource:
    """The cameras that belong to a robot, not open yet."""
    if driver == "fake":
        from robot_bridge.cameras.fake.source import FakeCameras

        return FakeCameras()
    if driver == "mujoco":
        from robot_bridge.cameras.simulated.source import SimulatedCameras

        return SimulatedCameras(task)
    raise _unknown(driver)


def tasks_of(driver: str) -> tuple[str, ...]:
    """Tasks a driver can be switched between without a restart of the bridge."""
    if driver == "fake":
        from robot_bridge.robots.fake.robot import TASKS

        return tuple(TASKS)
    if driver == "mujoco":
        from robot_bridge.sim.tasks import TASKS as SIMULATED

        return tuple(SIMULATED)
    raise _unknown(driver)


def connect_robot(driver: str, task: str) -> Robot:
    """A robot ready to hold.

    A simulated cell is laid out once, so that there is something to see before the first episode;
    a real robot does not move here.
    """
    robot = build_robot(driver, task)
    robot.connect()
    if robot.spec.simulated:
        robot.reset("full", 0)
    return robot


def _unknown(driver: str) -> ConfigError:
    return ConfigError(f"unknown driver {driver!r}; choose one of: {', '.join(DRIVERS)}")
