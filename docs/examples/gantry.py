"""Another robot in 60 lines: `python -m robot_bridge --driver gantry --task ethernet …`.

A three-axis gantry with one camera. Replace the two marked lines by your device's own calls;
sessions, chunk playback, limits, watchdogs, the latched stop and the journal come with the bridge.
"""

import numpy as np

from robot_bridge.cameras.base import CameraSource, Pixels
from robot_bridge.errors import RobotError
from robot_bridge.robots.base import CameraSpec, Regime, Robot, RobotSpec, Vector

TASKS = ("ethernet",)
AXES = ("x", "y", "z")
HOME = np.array([0.30, 0.00, 0.20])
REACH = np.array([0.25, 0.25, 0.20])


class Gantry(Robot):
    spec = RobotSpec(
        task="ethernet",
        instruction="insert the Ethernet plug into the jack",
        control_hz=50,
        action_names=tuple(f"d{axis}" for axis in AXES),
        action_limit=(0.002,) * 3,  # 2 mm in 20 ms: 100 mm/s
        action_rate_limit=(0.001,) * 3,
        state_names=tuple(f"tcp_{axis}" for axis in AXES),
        cameras=(CameraSpec(name="top", policy_size=96, title="Top"),),
        max_steps={"critical": 400, "full": 900},
    )

    def connect(self) -> None:
        self.position = HOME.copy()

    def disconnect(self) -> None:
        self.hold()

    def reset(self, regime: Regime, seed: int) -> float:
        self.position = HOME + np.random.default_rng(seed).uniform(-0.01, 0.01, 3)
        return 3.0 if regime == "critical" else 6.0

    def send_action(self, action: Vector) -> Vector:
        if not np.isfinite(action).all():
            raise RobotError("the action is not finite; the bridge's filter must stop such actions")
        target = np.clip(self.position + action, HOME - REACH, HOME + REACH)
        sent, self.position = target - self.position, target  # device: move by `sent`
        return sent

    def hold(self) -> None:
        self.send_action(np.zeros(3))

    def state(self) -> Vector:
        return self.position.copy()

    def snapshot(self) -> bytes:
        return self.position.tobytes()


class TopCamera(CameraSource):
    names = ("top",)

    def open(self) -> str:
        return "a drawn dot"

    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        picture = np.full((height, width, 3), 200, np.uint8)  # device: your camera's picture
        at = (np.frombuffer(snapshot)[:2] - HOME[:2]) / (2 * REACH[:2]) + 0.5
        column, row = (at * (width - 1, height - 1)).astype(int)
        picture[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4] = (20, 40, 160)
        return picture

    def close(self) -> None:
        pass


def build_robot(task: str) -> Robot:
    return Gantry()


def build_cameras(task: str) -> CameraSource:
    return TopCamera()
