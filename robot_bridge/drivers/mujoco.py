"""The simulated cell."""

from robot_bridge.cameras.base import CameraSource
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.robots.base import Robot
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import TASKS as SIMULATED

TASKS = tuple(SIMULATED)


def build_robot(task: str) -> Robot:
    """The arm in MuJoCo."""
    return MujocoRobot(MujocoConfig(task=task))


def build_cameras(task: str) -> CameraSource:
    """Rendered pictures of it."""
    return SimulatedCameras(task)
