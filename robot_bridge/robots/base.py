"""What every robot driver offers, simulated or real.

A driver is synchronous and is called from one thread at the control rate. It knows nothing of
chunks, policies or networks: it takes one action for one control period and says what it really
did.

Units and frames: positions in metres, rotations as rotation vectors in radians, forces in newtons,
torques in newton metres. Actions are tool-centre-point displacements for one control period,
expressed in the robot's base frame: `[dx, dy, dz, drx, dry, drz]`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Regime = Literal["critical", "full"]


class Ending(StrEnum):
    """How the world itself ended an episode (a person's judgement is not in this list)."""

    SUCCESS = "success"
    BROKEN = "broken"
    DROPPED = "dropped"
    JAMMED = "jammed"
    OUT_OF_REACH = "out_of_reach"
    TIMEOUT = "timeout"


@dataclass(frozen=True, kw_only=True)
class Lens:
    """Where a camera is and how wide it sees: enough to draw on its picture."""

    on_tool: bool
    """Fixed in the frame of the tool centre point; else in the robot's base frame."""
    position: tuple[float, float, float]
    turn: tuple[float, float, float, float]
    """Unit quaternion w, x, y, z. The camera looks along its -z; its x is right, its y is up."""
    fovy: float
    """Vertical field of view, radians."""


@dataclass(frozen=True, kw_only=True)
class CameraSpec:
    """One camera as the policy and the console see it."""

    name: str
    policy_size: int
    """Edge of the square image given to the policy, pixels; 0: for people, no policy sees it."""
    title: str = ""
    lens: Lens | None = None
    """None where nobody measured it."""


@dataclass(frozen=True, kw_only=True)
class RobotSpec:
    """What a driver is, readable before it is connected."""

    task: str
    instruction: str
    control_hz: int
    action_names: tuple[str, ...]
    action_limit: tuple[float, ...]
    """Largest magnitude of each action component in one control period, m and rad."""
    action_rate_limit: tuple[float, ...]
    """Largest change of each component between two control periods, m and rad."""
    state_names: tuple[str, ...]
    """Names of the proprioceptive vector, e.g. `tcp_x`, `tcp_vx`, `force_z`."""
    cameras: tuple[CameraSpec, ...]
    """Those that the policy looks through, and people too."""
    max_steps: dict[str, int] = field(default_factory=dict)
    """Longest episode per regime, control steps."""
    simulated: bool = False
    views: tuple[CameraSpec, ...] = ()
    """Cameras for people alone: live pictures, none for the policy, none kept."""


@dataclass(frozen=True)
class Truth:
    """What the world knows about the attempt: for automatic labellers and tests, not policies."""

    critical: bool
    """True from the step where the precise part of the task begins."""
    ending: Ending | None
    relative_pose: tuple[float, ...]
    """Held object relative to the goal: x, y, z in metres, rotation vector in radians."""
    peak_force: float
    """Largest contact force so far in this episode, newtons."""


class Robot(ABC):
    """One arm. Subclasses are device drivers; the control loop is the only caller."""

    spec: RobotSpec

    @abstractmethod
    def connect(self) -> None:
        """Take hold of the device. Raises RobotError when that is impossible."""

    @abstractmethod
    def disconnect(self) -> None:
        """Release the device in a safe state. May be called twice."""

    @abstractmethod
    def reset(self, regime: Regime, seed: int) -> float:
        """Bring the cell to the start of an episode; return the seconds a real cell would take."""

    @abstractmethod
    def send_action(self, action: Vector) -> Vector:
        """Act for one control period and return the action that was really sent, shape [A].

        The action has passed the safety filter; a driver may still shorten it (reach, force) and
        must then return the shortened one.
        """

    @abstractmethod
    def hold(self) -> None:
        """The named safe state, for one control period: stay where you are, compliant, no drift."""

    @abstractmethod
    def state(self) -> Vector:
        """Proprioception after the last period, shape [S], ordered as `spec.state_names`."""

    @abstractmethod
    def snapshot(self) -> bytes:
        """All that this robot's cameras need to picture the present moment.

        Opaque to the control loop, which hands it to the camera process with a capture time. Real
        cameras ignore it.
        """

    def truth(self) -> Truth | None:
        """The world's own verdict, or None where there is no such thing (every real robot)."""
        return None
