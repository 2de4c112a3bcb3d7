"""Playing one episode by a script, and looking at it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

from robot_bridge.robots.base import Ending, Regime, Vector
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import generator

Policy = Callable[[MujocoRobot, int], Vector]
"""Robot and number of the control step → action."""
NO_LIMIT = 100_000
"""More control steps than any task allows: the world ends the attempt."""


@dataclass
class Episode:
    """How one attempt went."""

    seed: int
    steps: int = 0
    ending: Ending | None = None
    """None: the script gave up before the world ended the attempt."""
    relative_pose: tuple[float, ...] = ()
    peak_force: float = 0.0
    moments: list[bytes] = field(default_factory=list)
    """Snapshots of the start and after each step, if they were asked for."""

    @property
    def succeeded(self) -> bool:
        """Whether the world counts it."""
        return self.ending is Ending.SUCCESS


def connected(task: str) -> MujocoRobot:
    """The simulated robot of a task, ready for a reset."""
    robot = MujocoRobot(MujocoConfig(task=task))
    robot.connect()
    return robot


def play(
    robot: MujocoRobot,
    policy: Policy,
    seed: int,
    *,
    regime: Regime = "critical",
    steps: int = NO_LIMIT,
    keep: bool = False,
    see: Callable[[], None] | None = None,
) -> Episode:
    """Let a script act until the world ends the attempt, or for so many steps.

    `see` is called after the reset and after each step.
    """
    robot.reset(regime, seed)
    episode = Episode(seed, moments=[robot.snapshot()] if keep else [])
    if see is not None:
        see()
    truth = robot.truth()
    while truth.ending is None and episode.steps < steps:
        robot.send_action(policy(robot, episode.steps))
        episode.steps += 1
        truth = robot.truth()
        if keep:
            episode.moments.append(robot.snapshot())
        if see is not None:
            see()
    episode.ending, episode.peak_force = truth.ending, truth.peak_force
    episode.relative_pose = truth.relative_pose
    return episode


def demonstrator(task: str, seed: int) -> Policy:
    """The task's own demonstrator, as it would act in the episode of that seed."""
    person = task_named(task).demonstrator(generator(seed, "demonstrator"))
    return lambda robot, _step: person.act(robot)
