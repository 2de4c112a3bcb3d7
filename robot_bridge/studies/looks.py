"""The whole cell of every task in one picture, and what such a picture costs here.

    python -m robot_bridge.studies.looks --out FILE.png [--looks panda] [--seed S]

A table follows, processor milliseconds: opening the cameras, one picture as the wall shows it, one
as the cell page shows it, both unpacked.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from robot_bridge.cameras.base import Pixels
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.errors import BridgeError
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.stage import LOOKS, OVERVIEW, Looks
from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies import png
from robot_bridge.studies.play import connected

WALL, PAGE = (320, 240), (640, 480)
MOMENTS, ACROSS = 20, 2


def moments(robot: MujocoRobot, seed: int) -> list[bytes]:
    """Different moments of one episode in which the arm holds still."""
    robot.reset("full", seed)
    found = []
    for _ in range(MOMENTS):
        robot.hold()
        found.append(robot.snapshot())
    return found


def picture_ms(cameras: SimulatedCameras, seen: Sequence[bytes], size: tuple[int, int]) -> float:
    """Mean over moments that differ, so that each is posed anew."""
    busy = time.process_time()
    for moment in seen:
        cameras.grab(OVERVIEW.name, *size, moment)
    return 1000 * (time.process_time() - busy) / len(seen)


def look(task: str, looks: Looks, seed: int) -> tuple[Pixels, list[float]]:
    """The picture, and milliseconds: opening, on the wall, on the page."""
    seen = moments(connected(task), seed)
    cameras = SimulatedCameras(task, looks)
    try:
        busy = time.process_time()
        cameras.open()
        shown = cameras.grab(OVERVIEW.name, *PAGE, seen[0])
        opening = 1000 * (time.process_time() - busy)
        return shown, [opening, *(picture_ms(cameras, seen, size) for size in (WALL, PAGE))]
    finally:
        cameras.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m robot_bridge.studies.looks")
    parser.add_argument("--looks", choices=LOOKS, default=LOOKS[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="PNG file to write")
    given = parser.parse_args(argv)
    try:
        found = {task: look(task, given.looks, given.seed) for task in TASKS}
    except BridgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    pictures = [pixels for pixels, _ in found.values()]
    rows = [pictures[first : first + ACROSS] for first in range(0, len(pictures), ACROSS)]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(png.encode(png.sheet(rows)))
    sys.stdout.write("task        open ms  wall ms  page ms\n")
    for task, (_, figures) in found.items():
        sys.stdout.write(f"{task:10}" + "".join(f"{value:9.1f}" for value in figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
