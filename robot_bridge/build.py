"""Drivers by name. Each is imported only when it is asked for."""

from importlib import import_module
from typing import cast

from robot_bridge.drivers.base import Driver
from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Robot

BUILT_IN = {name: f"robot_bridge.drivers.{name}" for name in ("mujoco", "fake")}
_OFFERS = ("TASKS", "build_robot", "build_cameras")


def load_driver(name: str) -> Driver:
    """A built-in driver, or the module of that name. Raises ConfigError when it is not a driver."""
    try:
        module = import_module(BUILT_IN.get(name, name))
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"unknown driver {name!r}: choose {' or '.join(BUILT_IN)}, or name a Python module "
            f"that can be imported ({error})"
        ) from error
    missing = [offer for offer in _OFFERS if not hasattr(module, offer)]
    if missing:
        raise ConfigError(f"{name!r} is not a driver: it has no {', '.join(missing)}")
    return cast("Driver", module)


def connect_robot(driver: str, task: str) -> Robot:
    """A robot ready to hold.

    A simulated cell is laid out once, so that there is something to see before the first episode;
    a real robot does not move here.
    """
    robot = load_driver(driver).build_robot(task)
    robot.connect()
    if robot.spec.simulated:
        robot.reset("full", 0)
    return robot
