"""`rlt up`: everything on this machine."""

import argparse
import os
from pathlib import Path

from backend.cli import Commands

MOST_ROBOTS = 16
LOOKS = {"primitives": "mujoco", "panda": "robot_bridge.drivers.mujoco_panda"}
"""Drivers of the simulated cell, by what its arm looks like."""


def register(commands: Commands) -> None:
    """Add `rlt up`."""
    parser = commands.add_parser("up", help="start everything on this machine and look after it")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of all data")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=_port, default=8000, help="port of the pages; 0: any free")
    parser.add_argument(
        "--policy-port", type=_port, help="port that bridges ask for actions; default: PORT + 1"
    )
    add_robots_and_task(parser)
    cell = parser.add_mutually_exclusive_group()
    cell.add_argument("--driver", default="mujoco", help="their robot driver")
    cell.add_argument(
        "--looks",
        dest="driver",
        type=_looks,
        metavar="LOOKS",
        help=f"the arm in pictures of the whole cell: {' or '.join(LOOKS)} (panda: for a GPU)",
    )
    parser.add_argument("--no-sim", action="store_true", help="no simulated robots at all")
    parser.add_argument(
        "--autopilot", action="store_true", help="an automatic operator drives and labels"
    )
    parser.add_argument(
        "--speed", choices=("real", "max"), default="real", help="simulated time: real, or flat out"
    )
    parser.set_defaults(run=_run)


def add_robots_and_task(parser: argparse.ArgumentParser) -> None:
    """Arguments that say which simulated robots there are."""
    parser.add_argument("--robots", type=_robots, default=1, help="how many simulated robots")
    parser.add_argument(
        "--task",
        type=_tasks,
        default=(),
        metavar="TASK[,TASK]",
        help="what they practise, in turn; default: what they did last, new ones all tasks in turn",
    )


def _run(options: argparse.Namespace) -> int:
    from backend.config import Settings
    from backend.supervisor.options import UpOptions
    from backend.supervisor.up import run

    asked = UpOptions(
        data=options.data,
        host=options.host,
        port=options.port,
        policy_port=options.policy_port,
        robots=0 if options.no_sim else options.robots,
        driver=options.driver,
        tasks=options.task,
        autopilot=options.autopilot,
        speed=options.speed,
    )
    return run(asked, Settings(), os.environ)  # noqa: TID251 - the children inherit it


def _port(text: str) -> int:
    return _between(text, 0, 65535, "a port number from 0 to 65535")


def _looks(text: str) -> str:
    if text not in LOOKS:
        raise argparse.ArgumentTypeError(f"{text!r} is not known: choose {' or '.join(LOOKS)}")
    return LOOKS[text]


def _robots(text: str) -> int:
    return _between(text, 1, MOST_ROBOTS, f"a number from 1 to {MOST_ROBOTS}")


def _tasks(text: str) -> tuple[str, ...]:
    named = tuple(part.strip() for part in text.split(","))
    if not all(named):
        raise argparse.ArgumentTypeError(f"{text!r} is not a task, nor tasks with commas between")
    return named


def _between(text: str, least: int, most: int, what: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return number
