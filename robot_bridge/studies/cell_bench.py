"""What one simulated cell costs, measured in a process of its own.

    python -m robot_bridge.studies.cell_bench TASK

The first line on standard output says that the cell has made its first observation, and after how
many seconds of the processor; the second one holds the figures as JSON. `bench.py` starts this once
per task.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simplejpeg

from robot_bridge.cameras.base import Pixels
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.robots.base import CameraSpec, Vector
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies.play import connected, demonstrator

READY = "ready"
CHUNK = 10
"""Control steps between two looks of the policy while nobody watches."""
EPISODES, REPEATS, REAL_SECONDS = 4, 5, 8.0
POLICY_HZ = 25


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    episodes: int
    repeats: int
    seconds: float

    def arguments(self) -> list[str]:
        """The same on a command line."""
        names = ("episodes", "repeats", "seconds")
        return [word for name in names for word in (f"--{name}", str(getattr(self, name)))]


def add_effort(parser: argparse.ArgumentParser) -> None:
    """Options that say how much is measured."""
    parser.add_argument("--episodes", type=int, default=EPISODES, help="demonstrated ones")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="the best one counts")
    parser.add_argument("--seconds", type=float, default=REAL_SECONDS, help="of the real-time part")


@dataclass(frozen=True)
class Stream:
    """One camera as the console shows it: the large picture of the cell page and the small one."""

    width: int
    height: int
    fps: int


CONSOLE = (Stream(640, 480, 25), Stream(320, 240, 10))


@dataclass(frozen=True)
class Script:
    """The actions of one demonstrated episode, to be played again without the demonstrator."""

    seed: int
    actions: tuple[Vector, ...]


def record(robot: MujocoRobot, seeds: Sequence[int]) -> list[Script]:
    """What the demonstrator does in some critical episodes."""
    scripts = []
    for seed in seeds:
        policy = demonstrator(robot.spec.task, seed)
        actions: list[Vector] = []
        robot.reset("critical", seed)
        while robot.truth().ending is None:
            actions.append(policy(robot, len(actions)))
            robot.send_action(actions[-1])
        scripts.append(Script(seed, tuple(actions)))
    return scripts


def look(robot: MujocoRobot, cameras: SimulatedCameras, specs: Sequence[CameraSpec]) -> None:
    """The policy's pictures of this moment."""
    moment = robot.snapshot()
    for spec in specs:
        cameras.grab(spec.name, spec.policy_size, spec.policy_size, moment)


def rate(
    robot: MujocoRobot,
    scripts: Sequence[Script],
    at_chunk: Callable[[], None] | None,
    repeats: int,
) -> dict[str, float]:
    """Control steps per second of the processor and of the clock; the best of some repeats."""
    best = (0.0, 0.0)
    for _ in range(repeats):
        busy, wall, steps = time.process_time(), time.perf_counter(), 0
        for script in scripts:
            robot.reset("critical", script.seed)
            for number, action in enumerate(script.actions):
                if at_chunk is not None and number % CHUNK == 0:
                    at_chunk()
                robot.send_action(action)
                robot.state()
            steps += len(script.actions)
        busy, wall = time.process_time() - busy, time.perf_counter() - wall
        best = max(best, (steps / busy, steps / wall))
    hz = robot.spec.control_hz
    return {
        "control_steps_per_s": round(best[0]),
        "real_time_factor": round(best[0] / hz, 1),
        "real_time_factor_by_the_clock": round(best[1] / hz, 1),
    }


def physics_ms(robot: MujocoRobot, script: Script) -> float:
    """Processor milliseconds of one control period, driver and physics."""
    busy = time.process_time()
    robot.reset("critical", script.seed)
    for action in script.actions:
        robot.send_action(action)
    return round(1000 * (time.process_time() - busy) / len(script.actions), 3)


def real_time_share(
    robot: MujocoRobot, cameras: SimulatedCameras, script: Script, seconds: float
) -> float:
    """Processor seconds per second of a real cell that the policy and a person watch.

    The policy looks through every camera 25 times a second; the console shows the first camera
    large and the second one small. All pictures are packed as JPEG as the product packs them.
    """
    hz, specs = robot.spec.control_hz, robot.spec.cameras
    robot.reset("critical", script.seed)
    busy, began = time.process_time(), time.perf_counter()
    for tick in range(int(seconds * hz)):
        robot.send_action(script.actions[tick % len(script.actions)])
        robot.state()
        moment = robot.snapshot()
        if tick % (hz // POLICY_HZ) == 0:
            for spec in specs:
                pixels = cameras.grab(spec.name, spec.policy_size, spec.policy_size, moment)
                _pack(pixels, quality=95, fine=True)
        for spec, stream in zip(specs, CONSOLE, strict=False):
            if tick % (hz // stream.fps) == 0:
                pixels = cameras.grab(spec.name, stream.width, stream.height, moment)
                _pack(pixels, quality=80, fine=False)
        time.sleep(max(0.0, began + (tick + 1) / hz - time.perf_counter()))
    return round((time.process_time() - busy) / seconds, 3)


def _pack(pixels: Pixels, *, quality: int, fine: bool) -> bytes:
    colours = "444" if fine else "420"
    packed: bytes = simplejpeg.encode_jpeg(
        pixels, quality=quality, colorspace="RGB", colorsubsampling=colours, fastdct=not fine
    )
    return packed


def picture_ms(
    cameras: SimulatedCameras, moments: Sequence[bytes], name: str, width: int, height: int
) -> float:
    """Processor milliseconds of one picture, not packed."""
    busy = time.process_time()
    for moment in moments:
        cameras.grab(name, width, height, moment)
    return round(1000 * (time.process_time() - busy) / len(moments), 2)


def resident_mb() -> float:
    """Memory of this process now, MiB (Linux)."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
        lines = dict(line.split(":", 1) for line in status if ":" in line)
    return round(int(lines["VmRSS"].split()[0]) / 1024, 1)


def measure(robot: MujocoRobot, cameras: SimulatedCameras, effort: Effort) -> dict[str, Any]:
    """All figures of one cell but its cold start, which its starter times."""
    specs = robot.spec.cameras
    scripts = record(robot, range(effort.episodes))
    moments = []
    robot.reset("critical", scripts[0].seed)
    for action in scripts[0].actions[:60]:
        robot.send_action(action)
        moments.append(robot.snapshot())
    edge = specs[0].policy_size
    return {
        "physics_ms_per_control_step": float(np.median([physics_ms(robot, s) for s in scripts])),
        "without_pictures": rate(robot, scripts, None, effort.repeats),
        "with_pictures": rate(robot, scripts, lambda: look(robot, cameras, specs), effort.repeats),
        "policy_picture_ms": picture_ms(cameras, moments, specs[0].name, edge, edge),
        "console_picture_ms": picture_ms(cameras, moments, specs[0].name, 640, 480),
        "real_time_share_of_a_core": real_time_share(robot, cameras, scripts[0], effort.seconds),
        "resident_mb": resident_mb(),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Build the cell, say so, measure it."""
    parser = argparse.ArgumentParser(prog="python -m robot_bridge.studies.cell_bench")
    parser.add_argument("task", choices=sorted(TASKS))
    add_effort(parser)
    given = parser.parse_args(argv)
    effort = Effort(given.episodes, given.repeats, given.seconds)
    robot, cameras = connected(given.task), SimulatedCameras(given.task)
    try:
        renderer = cameras.open()
        robot.reset("critical", 0)
        look(robot, cameras, robot.spec.cameras)
        sys.stdout.write(f"{READY} {time.process_time():.2f}\n")
        sys.stdout.flush()
        figures = {"renderer": renderer, **measure(robot, cameras, effort)}
    finally:
        cameras.close()
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
