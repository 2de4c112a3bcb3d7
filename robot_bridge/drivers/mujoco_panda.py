"""The simulated cell with a Panda of meshes in the pictures of the whole cell."""

from robot_bridge.cameras.base import CameraSource
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.drivers import mujoco

TASKS = mujoco.TASKS
build_robot = mujoco.build_robot


def build_cameras(task: str) -> CameraSource:
    """Rendered pictures of it. Opening them raises ConfigError without the meshes."""
    return SimulatedCameras(task, looks="panda")
