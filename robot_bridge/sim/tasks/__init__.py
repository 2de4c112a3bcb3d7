"""The tasks that the simulated cell knows, by name."""

from robot_bridge.errors import ConfigError
from robot_bridge.sim.tasks.base import Task
from robot_bridge.sim.tasks.charger.task import ChargerTask
from robot_bridge.sim.tasks.ethernet.task import EthernetTask
from robot_bridge.sim.tasks.screw.task import ScrewTask
from robot_bridge.sim.tasks.zip_tie.task import ZipTieTask

_KNOWN: tuple[type[Task], ...] = (EthernetTask, ChargerTask, ScrewTask, ZipTieTask)
TASKS = {task.name: task for task in _KNOWN}


def task_named(name: str) -> Task:
    """The task of that name. Raises ConfigError for an unknown one."""
    if name not in TASKS:
        raise ConfigError(f"unknown task {name!r}; choose one of: {', '.join(sorted(TASKS))}")
    return TASKS[name]()
