"""Film strips: one episode in a row of pictures per camera.

    python -m robot_bridge.studies.film TASK --seed S --out FILE.png [--ending failure] [--by WHO]

The demonstrator acts, or a careless policy, or one of the audit's cheats. From seed S on, the first
episode with the wished ending is shown, from its start to its last step, at equal times.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from robot_bridge.cameras.base import Pixels
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.errors import BridgeError, ConfigError
from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import TASKS
from robot_bridge.sim.tasks.base import generator
from robot_bridge.studies import careless, png
from robot_bridge.studies.audit.cheats import CHEATS
from robot_bridge.studies.play import Episode, Policy, connected, demonstrator, play

FRAMES = 8
EDGE = 144
PATIENCE = 500
"""Episodes that are tried before a wished ending is given up."""
DEMONSTRATOR = "demonstrator"


def shown_steps(steps: int, frames: int = FRAMES) -> list[int]:
    """Which moments of an episode a strip shows, the first and the last among them."""
    return [int(step) for step in np.linspace(0, steps, frames).round()]


def strip(
    moments: Sequence[bytes], cameras: SimulatedCameras, specs: Sequence[CameraSpec]
) -> Pixels:
    """One row of pictures per camera."""
    chosen = [moments[step] for step in shown_steps(len(moments) - 1)]
    return png.sheet([[cameras.grab(spec.name, EDGE, EDGE, m) for m in chosen] for spec in specs])


def write_strip(robot: MujocoRobot, episode: Episode, out: Path) -> None:
    """Draw the kept moments of an episode into a PNG file."""
    cameras = SimulatedCameras(robot.spec.task)
    try:
        cameras.open()
        pixels = strip(episode.moments, cameras, robot.spec.cameras)
    finally:
        cameras.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(png.encode(pixels))


def actor(task: str, name: str, seed: int) -> Policy:
    """Somebody by name, as in the episode of a seed. Raises ConfigError for an unknown name."""
    if name == DEMONSTRATOR:
        return demonstrator(task, seed)
    if name in careless.CARELESS:
        policy = careless.CARELESS[name](generator(seed, name))
        return lambda robot, _step: policy(robot)
    if name in CHEATS.get(task, {}):
        return CHEATS[task][name](np.random.default_rng(seed))
    known = [DEMONSTRATOR, *careless.CARELESS, *CHEATS.get(task, {})]
    raise ConfigError(f"nobody is called {name!r}; choose one of: {', '.join(known)}")


def find(robot: MujocoRobot, regime: Regime, first: int, who: str, *, success: bool) -> Episode:
    """Somebody's first episode from a seed on that succeeds, or fails."""
    for seed in range(first, first + PATIENCE):
        policy = actor(robot.spec.task, who, seed)
        episode = play(robot, policy, seed, regime=regime, keep=True)
        if episode.succeeded is success:
            return episode
    wished = "success" if success else "failure"
    raise ConfigError(f"no {wished} in {PATIENCE} episodes from seed {first} on; try another seed")


def main(argv: Sequence[str] | None = None) -> int:
    """Find the episode, draw it, and say which it was."""
    parser = argparse.ArgumentParser(prog="python -m robot_bridge.studies.film")
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--regime", choices=("critical", "full"), default="critical")
    parser.add_argument("--seed", type=int, default=0, help="first seed that is tried")
    parser.add_argument("--ending", choices=("success", "failure"), default="success")
    parser.add_argument("--by", default=DEMONSTRATOR, metavar="WHO", help="who acts")
    parser.add_argument("--out", type=Path, required=True, help="PNG file to write")
    given = parser.parse_args(argv)
    robot = connected(given.task)
    try:
        success = given.ending == "success"
        episode = find(robot, given.regime, given.seed, given.by, success=success)
        write_strip(robot, episode, given.out)
    except BridgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    shown = ", ".join(str(step) for step in shown_steps(episode.steps))
    ending = episode.ending.value if episode.ending else "given up"
    sys.stdout.write(
        f"seed {episode.seed}: {ending} after {episode.steps} steps, "
        f"peak force {episode.peak_force:.1f} N; shown: steps {shown}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
