"""What a simulated task brings to the common arm and table.

Everything that varies between episodes is a pure function of the episode's seed, so that the robot
process and the camera process, which share nothing but that seed, picture the same cell.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Protocol

import numpy as np

from robot_bridge.robots.base import CameraSpec, Ending, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.poses import Pose, Vector


def generator(seed: int, stream: str) -> np.random.Generator:
    """Random numbers for one purpose of one episode, independent of every other purpose."""
    return np.random.default_rng([seed, *stream.encode()])


class Judge(Protocol):
    """Follows one episode and says how the world ended it."""

    critical: bool
    ending: Ending | None

    def observe(self, relative: Vector, force: float, parts: Vector, /) -> None:
        """Take note of one control step: tip in the goal frame [6], newtons, moving parts."""


class Mechanism(Protocol):
    """Moving parts that shapes and springs alone do not make: a thread, a powered spindle."""

    def reset(self, seed: int) -> None:
        """Bring the parts to the start of an episode, before the first kinematics."""

    def advance(self, force: Vector) -> None:
        """Act on the parts for the next half control period; the last force on the tool [3]."""

    def reading(self) -> Vector:
        """What the judge may know of the parts."""


class Handled(Protocol):
    """What a scripted demonstrator may ask of the simulated robot.

    The goal is privileged: a demonstrator must blur it to what a person could see.
    """

    def state(self) -> Vector:
        """Proprioception, ordered as the robot's `spec.state_names`."""

    def tool(self) -> Pose:
        """Measured pose of the tool centre point."""

    def tip(self) -> Pose:
        """Where the working end of the held object is."""

    def target(self) -> Pose:
        """Commanded pose of the tool centre point."""

    def goal(self) -> Pose:
        """Where the fixture is."""

    def parts(self) -> Vector:
        """What the task's mechanism tells of its moving parts; privileged like the goal."""


class Demonstrator(Protocol):
    """A script that does the task as a person at a teleoperation device would."""

    def act(self, robot: Handled) -> Vector:
        """The action for the next control period, shape [6]."""


class Task(ABC):
    """One precision task: what stands on the table, what the hand holds, what counts."""

    name: ClassVar[str]
    title: ClassVar[str]
    instruction: ClassVar[str]
    cameras: ClassVar[tuple[CameraSpec, ...]]
    max_steps: ClassVar[dict[str, int]]
    """Longest episode, control steps per regime."""
    reset_seconds: ClassVar[dict[str, float]]
    """What a reset takes on a real cell, seconds per regime."""
    grip: ClassVar[Grip]
    substeps: ClassVar[int] = 10
    """Steps of physics in one control period of 20 ms."""

    @abstractmethod
    def build(self, spec: Any, hand: Any, held: Any) -> None:
        """Add the object, the fixture and the cameras to a MuJoCo specification.

        The object is built on `held`, in the hand's coordinates, with a site `tip` at its working
        end: the pose that judges and demonstrators go by.
        """

    @abstractmethod
    def vary(self, model: Any, seed: int) -> None:
        """Set everything that differs between episodes: poses, friction, colours, light."""

    @abstractmethod
    def goal(self, seed: int) -> Pose:
        """Where the fixture is in this episode: the frame that success is measured in."""

    @abstractmethod
    def start(self, seed: int, regime: Regime) -> Pose:
        """Where the tool centre point begins."""

    def mechanism(self, model: Any, data: Any) -> Mechanism | None:  # noqa: ARG002
        """The moving parts of one world, if the task has any."""
        return None

    @abstractmethod
    def judge(self, regime: Regime) -> Judge:
        """A fresh judge for one episode."""

    @abstractmethod
    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        """A fresh demonstrator for one episode, `blur` times as far off as a careful person."""
