"""Record demonstrations of a simulated task into one file for training.

    python -m robot_bridge.sim.demos TASK --regime critical --episodes 200 --seed 0 --out FILE

Episode `i` uses the seed `SEED + i`; the file does not depend on the number of workers.

The file is safetensors. E episodes, ΣT control steps, N anchors (every `stride`-th step of an
episode, beginning with step 0), C cameras, S state and A action components:

    episode_seed          i64 [E]
    episode_first_step    i64 [E+1]   rows of `state` and `action` of episode e: [e] to [e+1]
    episode_first_anchor  i64 [E+1]   rows of the anchor arrays of episode e: [e] to [e+1]
    episode_success       u8  [E]
    episode_ending        i32 [E]     index into the metadata's `endings`
    episode_final_pose    f32 [E,6]   tip of the held object in the goal frame after the last step
    episode_peak_force    f32 [E]     newtons
    episode_critical_step i32 [E]     first step of the precise part; -1: never reached
    state                 f32 [ΣT,S]  before the action of the same row
    action                f32 [ΣT,A]  really executed, m and rad per control step, base frame
    anchor_episode        i32 [N]
    anchor_step           i32 [N]     step inside the episode; pictures are taken before its action
    image_blob            u8  [bytes] JPEG files, one after another
    image_index           i64 [N,C,2] offset and length in `image_blob`
    probe_relative_pose   f32 [N,6]   tip in the goal frame; PRIVILEGED, for probes and audits only
    probe_contact_force   f32 [N,3]   newtons, base frame; PRIVILEGED as well

Metadata key `rlt_demos`: JSON with `schema` (1), `task`, `instruction`, `regime`, `seed`,
`episodes`, `control_hz`, `stride`, `blur`, `cameras` ([{name, policy_size}]), `state_names`,
`action_names`, `action_limit`, `action_rate_limit`, `endings`, `renderer` and `mujoco`.
"""

import argparse
import atexit
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from safetensors.numpy import save_file

from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Ending, Regime
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.recording import STRIDE, Demonstration, demonstrate
from robot_bridge.sim.tasks import TASKS

SCHEMA = 1
ENDINGS = tuple(ending.value for ending in Ending)


@dataclass(frozen=True)
class Order:
    """What to record."""

    task: str
    regime: Regime
    episodes: int
    seed: int
    pictures: bool = True
    substeps: int | None = None
    stride: int = STRIDE
    blur: float = 1.0
    """How much worse than a careful person's the demonstrator's eyes are."""


@cache
def _cell(
    task: str, pictures: bool, substeps: int | None
) -> tuple[MujocoRobot, SimulatedCameras | None, str]:
    """Robot and cameras of this process, built once."""
    robot = MujocoRobot(MujocoConfig(task=task, substeps=substeps))
    robot.connect()
    if not pictures:
        return robot, None, "none"
    cameras = SimulatedCameras(task)
    # A graphics context that outlives the interpreter's modules complains when it is collected.
    atexit.register(cameras.close)
    return robot, cameras, cameras.open()


def _one(job: tuple[Order, int]) -> Demonstration:
    order, index = job
    robot, cameras, _ = _cell(order.task, order.pictures, order.substeps)
    return demonstrate(robot, cameras, order.regime, order.seed + index, order.stride, order.blur)


def record(order: Order, workers: int) -> list[Demonstration]:
    """All episodes of an order, in order. More than one worker means that many processes."""
    jobs = [(order, index) for index in range(order.episodes)]
    if workers <= 1:
        return [_one(job) for job in jobs]
    # Graphics drivers hang in forked children.
    with get_context("spawn").Pool(workers) as pool:
        return list(_ordered(pool.imap(_one, jobs, chunksize=1), order.episodes))


def _ordered(results: Iterator[Demonstration], total: int) -> Iterator[Demonstration]:
    for number, result in enumerate(results, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number}/{total} episodes")
            sys.stderr.flush()
        yield result


def pack(demos: Sequence[Demonstration], stride: int = STRIDE) -> dict[str, Any]:
    """The arrays of the file, as listed at the top of this module."""
    steps = [len(demo.action) for demo in demos]
    anchors = [len(demo.relative_pose) for demo in demos]
    jpegs = [jpeg for demo in demos for moment in demo.images for jpeg in moment]
    lengths = np.array([len(jpeg) for jpeg in jpegs], dtype=np.int64)
    offsets = np.cumsum(lengths) - lengths
    cameras = len(demos[0].images[0]) if demos[0].images else 0
    rows = sum(anchors) if cameras else 0
    index = np.stack([offsets, lengths], axis=-1).reshape(rows, cameras, 2)
    return {
        "episode_seed": np.array([demo.seed for demo in demos], dtype=np.int64),
        "episode_first_step": np.cumsum([0, *steps], dtype=np.int64),
        "episode_first_anchor": np.cumsum([0, *anchors], dtype=np.int64),
        "episode_success": np.array([d.ending is Ending.SUCCESS for d in demos], dtype=np.uint8),
        "episode_ending": np.array([ENDINGS.index(d.ending.value) for d in demos], dtype=np.int32),
        "episode_final_pose": np.stack([demo.final_pose for demo in demos]),
        "episode_peak_force": np.array([demo.peak_force for demo in demos], dtype=np.float32),
        "episode_critical_step": np.array([d.critical_step for d in demos], dtype=np.int32),
        "state": np.concatenate([demo.state for demo in demos]),
        "action": np.concatenate([demo.action for demo in demos]),
        "anchor_episode": np.repeat(np.arange(len(demos), dtype=np.int32), anchors),
        "anchor_step": np.concatenate([np.arange(n, dtype=np.int32) * stride for n in anchors]),
        "image_blob": np.frombuffer(b"".join(jpegs), dtype=np.uint8),
        "image_index": index,
        "probe_relative_pose": np.concatenate([demo.relative_pose for demo in demos]),
        "probe_contact_force": np.concatenate([demo.contact_force for demo in demos]),
    }


def describe(order: Order, renderer: str) -> dict[str, Any]:
    """The file's metadata."""
    spec = MujocoRobot(MujocoConfig(task=order.task)).spec
    return {
        "schema": SCHEMA,
        "task": order.task,
        "instruction": spec.instruction,
        "regime": order.regime,
        "seed": order.seed,
        "episodes": order.episodes,
        "control_hz": spec.control_hz,
        "stride": order.stride,
        "blur": order.blur,
        "cameras": [{"name": c.name, "policy_size": c.policy_size} for c in spec.cameras],
        "state_names": spec.state_names,
        "action_names": spec.action_names,
        "action_limit": spec.action_limit,
        "action_rate_limit": spec.action_rate_limit,
        "endings": ENDINGS,
        "renderer": renderer,
        "mujoco": mujoco.__version__,
    }


@dataclass(frozen=True)
class Summary:
    """Figures of one recording. Steps and forces are medians over successes."""

    episodes: int
    success_rate: float
    median_steps: float | None
    active_throughput_per_10min: float
    peak_force_median: float | None
    endings: dict[str, int]
    seconds: float


def summarise(demos: Sequence[Demonstration], control_hz: int, seconds: float) -> Summary:
    """Success rate, speed and force of a recording; `seconds` is the time that it took."""
    good = [demo for demo in demos if demo.ending is Ending.SUCCESS]
    active = sum(len(demo.action) for demo in demos) / control_hz
    found = [demo.ending.value for demo in demos]
    steps, forces = [len(demo.action) for demo in good], [demo.peak_force for demo in good]
    return Summary(
        episodes=len(demos),
        success_rate=len(good) / len(demos),
        median_steps=float(np.median(steps)) if good else None,
        active_throughput_per_10min=round(600.0 * len(good) / active, 1),
        peak_force_median=round(float(np.median(forces)), 2) if good else None,
        endings={ending: found.count(ending) for ending in ENDINGS if ending in found},
        seconds=round(seconds, 1),
    )


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m robot_bridge.sim.demos", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--regime", choices=("critical", "full"), default="critical")
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first episode")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--substeps", type=int, help="of physics per control step")
    parser.add_argument(
        "--stride", type=int, default=STRIDE, help="control steps between two looks (default 2)"
    )
    parser.add_argument(
        "--blur",
        type=float,
        default=1.0,
        help="how much worse than a careful person's the demonstrator's eyes are (default 1)",
    )
    parser.add_argument("--out", type=Path, help="file to write; without it nothing is kept")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Record, write, and print the figures."""
    given = _arguments(argv)
    if given.episodes < 1 or given.seed < 0 or given.stride < 1:
        sys.stderr.write("--episodes and --stride must be at least 1 and --seed at least 0\n")
        return 2
    if not 0.0 <= given.blur < float("inf"):
        sys.stderr.write("--blur must be a number, 0 (sees all exactly) or more\n")
        return 2
    pictures = given.out is not None
    order = Order(
        given.task,
        given.regime,
        given.episodes,
        given.seed,
        pictures,
        given.substeps,
        given.stride,
        given.blur,
    )
    began = time.monotonic()
    try:
        renderer = _cell(order.task, pictures, order.substeps)[2]
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    demos = record(order, given.workers)
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        note = {"rlt_demos": json.dumps(describe(order, renderer))}
        save_file(pack(demos, given.stride), given.out, metadata=note)
    spec_hz = _cell(order.task, pictures, order.substeps)[0].spec.control_hz
    summary = asdict(summarise(demos, spec_hz, time.monotonic() - began))
    lines = [json.dumps(summary)] if given.json else [f"{k:28} {v}" for k, v in summary.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
