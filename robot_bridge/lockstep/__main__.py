"""`python -m robot_bridge.lockstep`: a simulated robot that takes turns on standard streams."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID

from robot_bridge.build import connect_robot, load_driver
from robot_bridge.errors import BridgeError, ConfigError
from robot_bridge.lockstep.cell import SteppedCell
from robot_bridge.lockstep.clock import StepClock
from robot_bridge.lockstep.watched import WatchedRobot
from robot_bridge.priority import keep_own_niceness
from robot_bridge.protocol.lockstep import decode_turn_down, read_turn, write_turn
from robot_bridge.robots.base import Robot
from robot_bridge.session.hello import hello

WRONG_SETTING = 2
FAILED = 1


def serve(options: argparse.Namespace, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Take turns until the input closes."""
    driver = load_driver(options.driver)
    if options.task not in driver.TASKS:
        raise ConfigError(f"task is {options.task!r}; choose one of: {', '.join(driver.TASKS)}")
    robot = _robot(options)
    cameras = driver.build_cameras(options.task)
    renderer = cameras.open()
    clock = StepClock(robot.spec.control_hz, real=options.speed == "real")
    cell = SteppedCell(robot, cameras, clock, anchors=options.anchors)
    # What was built so far lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    greeting = hello(
        robot.spec,
        session="policy",
        robot="lockstep",
        boot_id=UUID(int=0),
        tasks=(options.task,),
        renderer=renderer,
    )
    write_turn(outgoing, [greeting])
    try:
        while (messages := read_turn(incoming, decode_turn_down)) is not None:
            write_turn(outgoing, cell.turn(messages))
    finally:
        cameras.close()
        robot.disconnect()


def _robot(options: argparse.Namespace) -> Robot:
    if not options.witness:
        return connect_robot(options.driver, options.task)
    if options.driver != "mujoco":
        raise ConfigError(f"driver {options.driver!r} has no witness: leave out --witness")
    return WatchedRobot(options.task)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(
        prog="python -m robot_bridge.lockstep", description="One simulated robot, turn by turn."
    )
    result.add_argument("--driver", default="mujoco", help="mujoco, fake, or a module of yours")
    result.add_argument("--task", default="ethernet", help="what stands on the table")
    result.add_argument("--anchors", action="store_true", help="pictures at every replay anchor")
    result.add_argument("--witness", action="store_true", help="audit every episode as it runs")
    result.add_argument("--speed", choices=("real", "max"), default="max")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = parser().parse_args(argv)
    keep_own_niceness()
    # Libraries that print would garble the turns: what they print goes to standard error.
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(options, sys.stdin.buffer, outgoing)
    except BrokenPipeError:
        return 0
    except ConfigError as error:
        sys.stderr.write(f"robot_bridge.lockstep: {error}\n")
        return WRONG_SETTING
    except BridgeError as error:
        sys.stderr.write(f"robot_bridge.lockstep: {error}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
