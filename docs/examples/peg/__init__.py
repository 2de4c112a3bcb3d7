"""A fifth task, complete: a round peg into a round hole. `docs/adding-a-task.md` walks through it.

Nothing in the product has to change to try it: this folder is also a driver,
`PYTHONPATH=docs/examples python -m robot_bridge --driver peg --task peg …`
"""

from robot_bridge.cameras.base import CameraSource
from robot_bridge.drivers.mujoco import build_cameras as cameras_of
from robot_bridge.drivers.mujoco import build_robot as robot_of
from robot_bridge.robots.base import Robot
from robot_bridge.sim.tasks import TASKS as KNOWN

from .task import PegTask

KNOWN["peg"] = (
    PegTask  # a task that stays is one line in robot_bridge/sim/tasks/__init__.py instead
)
TASKS = ("peg",)


def build_robot(task: str) -> Robot:
    return robot_of(task)


def build_cameras(task: str) -> CameraSource:
    return cameras_of(task)
