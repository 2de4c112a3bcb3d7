"""One demonstrated episode, from reset to ending, with pictures at every few steps."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from robot_bridge.cameras.base import CameraSource
from robot_bridge.robots.base import Ending, Regime, RobotSpec, Truth, Vector
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Handled, generator

STRIDE = 2
"""Control steps between two anchors, the moments with pictures, unless others are asked for."""
JPEG_QUALITY = 95


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """T control steps, N = ceil(T / stride) anchors, C cameras."""

    seed: int
    state: NDArray[np.float32]
    """Proprioception before each action, [T, S]."""
    action: NDArray[np.float32]
    """What the robot really did, [T, A]."""
    images: list[list[bytes]]
    """JPEG per anchor and camera, [N][C]."""
    relative_pose: NDArray[np.float32]
    """Tip of the held object in the goal frame at each anchor, [N, 6]; privileged."""
    contact_force: NDArray[np.float32]
    """Force on the tool at each anchor, base axes, [N, 3]; privileged."""
    ending: Ending
    final_pose: NDArray[np.float32]
    peak_force: float
    critical_step: int
    """First step of the precise part, or -1 when it was never reached."""


class Recordable(Handled, Protocol):
    """The simulated robot as the recorder uses it."""

    spec: RobotSpec

    def reset(self, regime: Regime, seed: int) -> float:
        """Bring the cell to the start of an episode."""

    def send_action(self, action: Vector) -> Vector:
        """Act for one control period; the action that was really done."""

    def truth(self) -> Truth:
        """The world's verdict so far."""

    def snapshot(self) -> bytes:
        """What the cameras need."""

    def contact_force(self) -> Vector:
        """Unfiltered force on the tool, newtons."""


def look(robot: Recordable, cameras: CameraSource) -> list[bytes]:
    """The policy's pictures of this moment, as JPEG."""
    moment = robot.snapshot()
    pictures = [
        cameras.grab(camera.name, camera.policy_size, camera.policy_size, moment)
        for camera in robot.spec.cameras
    ]
    return [
        simplejpeg.encode_jpeg(
            picture, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="444"
        )
        for picture in pictures
    ]


def demonstrate(
    robot: Recordable,
    cameras: CameraSource | None,
    regime: Regime,
    seed: int,
    stride: int = STRIDE,
    blur: float = 1.0,
) -> Demonstration:
    """Let the task's demonstrator do one episode; without cameras no pictures are kept."""
    robot.reset(regime, seed)
    person = task_named(robot.spec.task).demonstrator(generator(seed, "demonstrator"), blur)
    states: list[Vector] = []
    actions: list[Vector] = []
    poses: list[tuple[float, ...]] = []
    forces: list[Vector] = []
    images: list[list[bytes]] = []
    critical_step = -1
    truth = robot.truth()
    while truth.ending is None:
        step = len(actions)
        if truth.critical and critical_step < 0:
            critical_step = step
        if step % stride == 0:
            poses.append(truth.relative_pose)
            forces.append(robot.contact_force())
            if cameras is not None:
                images.append(look(robot, cameras))
        states.append(robot.state())
        actions.append(robot.send_action(person.act(robot)))
        truth = robot.truth()
    return Demonstration(
        seed=seed,
        state=np.array(states, dtype=np.float32),
        action=np.array(actions, dtype=np.float32),
        images=images,
        relative_pose=np.array(poses, dtype=np.float32),
        contact_force=np.array(forces, dtype=np.float32),
        ending=truth.ending,
        final_pose=np.array(truth.relative_pose, dtype=np.float32),
        peak_force=truth.peak_force,
        critical_step=critical_step,
    )
