"""A point that is to be brought to a goal and pressed in: no physics, no surprises, no files.

The tool lags its command a little. Success is five steps within 1 mm of the goal line at full
depth; the world breaks when the tool presses from beside the hole.
"""

import struct

import numpy as np

from robot_bridge.errors import ConfigError, RobotError
from robot_bridge.robots.base import (
    CameraSpec,
    Ending,
    Regime,
    Robot,
    RobotSpec,
    Truth,
    Vector,
)

TASKS = {
    "ethernet": "plug the Ethernet cable into the port",
    "charger": "plug the charger into the socket",
    "screw": "drive the screw into the thread",
    "zip_tie": "thread the zip tie through its head",
}
CONTROL_HZ = 50
LIMIT = (0.003,) * 3 + (0.03,) * 3
HOLE_RADIUS = 0.001
DEPTH = 0.0
SURFACE = 0.01
BREAK_FORCE = 60.0
STIFFNESS = 4000.0
LAG = 0.7
RESET_SECONDS = {"critical": 0.5, "full": 1.5}
MAX_STEPS = {"critical": 300, "full": 600}
DWELL = 5


def spec_of(task: str) -> RobotSpec:
    """What the fake robot is for a task. Raises ConfigError for a task it does not know."""
    if task not in TASKS:
        raise ConfigError(f"unknown task {task!r}; the fake robot knows {', '.join(TASKS)}")
    return RobotSpec(
        task=task,
        instruction=TASKS[task],
        control_hz=CONTROL_HZ,
        action_names=("dx", "dy", "dz", "drx", "dry", "drz"),
        action_limit=LIMIT,
        action_rate_limit=tuple(value / 2 for value in LIMIT),
        state_names=(
            *("tcp_x", "tcp_y", "tcp_z", "tcp_rx", "tcp_ry", "tcp_rz"),
            *("tcp_vx", "tcp_vy", "tcp_vz", "tcp_wx", "tcp_wy", "tcp_wz"),
            *("force_x", "force_y", "force_z", "torque_x", "torque_y", "torque_z"),
            *("lead_x", "lead_y", "lead_z", "lead_rx", "lead_ry", "lead_rz"),
        ),
        cameras=(
            CameraSpec(name="wrist", policy_size=96, title="Wrist"),
            CameraSpec(name="base", policy_size=96, title="Base"),
        ),
        max_steps=dict(MAX_STEPS),
        simulated=True,
    )


class FakeRobot(Robot):
    """Deterministic: the same seed and actions give the same states, bit for bit."""

    def __init__(self, task: str = "ethernet") -> None:
        """Nothing moves before the first reset."""
        self.spec = spec_of(task)
        self._connected = False
        self._limit = np.asarray(self.spec.action_limit)
        self._place(np.zeros(6), np.zeros(6))

    def _place(self, pose: Vector, goal: Vector) -> None:
        self._pose: Vector = pose
        self._goal: Vector = goal
        self._target: Vector = pose.copy()
        self._velocity: Vector = np.zeros(6)
        self._force: Vector = np.zeros(6)
        self._peak = 0.0
        self._dwell = 0
        self._ending: Ending | None = None

    def connect(self) -> None:
        """There is no device to take hold of."""
        self._connected = True

    def disconnect(self) -> None:
        """There is no device to release."""
        self._connected = False

    def reset(self, regime: Regime, seed: int) -> float:
        """Start near the goal (critical) or far above it (full), displaced by the seed."""
        if not self._connected:
            raise RobotError("the fake robot is not connected: call connect() first")
        noise = np.random.default_rng(seed)
        height = 0.02 if regime == "critical" else 0.12
        pose = np.zeros(6)
        pose[:2] = noise.uniform(-0.004, 0.004, 2)
        pose[2] = height
        goal = np.zeros(6)
        goal[:2] = noise.uniform(-0.02, 0.02, 2)
        pose[:2] += goal[:2]
        self._place(pose, goal)
        return RESET_SECONDS[regime]

    def send_action(self, action: Vector) -> Vector:
        """Move the command, let the tool follow, and feel the table."""
        sent = np.clip(action, -self._limit, self._limit)
        self._target = self._target + sent
        self._follow()
        return sent

    def hold(self) -> None:
        """The command becomes where the tool is."""
        self._target = self._pose.copy()
        self._follow()

    def state(self) -> Vector:
        """Pose, velocity, force and lead, shape [24]."""
        return np.concatenate([self._pose, self._velocity, self._force, self._target - self._pose])

    def snapshot(self) -> bytes:
        """Tool and goal, little-endian doubles."""
        return struct.pack("<6d", *self._pose[:3], *self._goal[:3])

    def truth(self) -> Truth:
        """The world's verdict."""
        relative = self._pose - self._goal
        return Truth(
            critical=bool(relative[2] < 2 * SURFACE),
            ending=self._ending,
            relative_pose=tuple(float(value) for value in relative),
            peak_force=self._peak,
        )

    def _follow(self) -> None:
        before = self._pose.copy()
        self._pose = self._pose + LAG * (self._target - self._pose)
        inside = bool(np.hypot(*(self._pose - self._goal)[:2]) <= HOLE_RADIUS)
        floor = self._goal[2] + (DEPTH if inside else SURFACE)
        pressed = max(0.0, floor - self._target[2])
        self._pose[2] = max(self._pose[2], floor)
        self._velocity = (self._pose - before) * CONTROL_HZ
        self._force = np.zeros(6)
        self._force[2] = STIFFNESS * pressed
        self._peak = max(self._peak, float(self._force[2]))
        self._judge(inside=inside, at_depth=bool(self._pose[2] <= self._goal[2] + 1e-4))

    def _judge(self, *, inside: bool, at_depth: bool) -> None:
        self._dwell = self._dwell + 1 if inside and at_depth else 0
        if self._ending is not None:
            return
        if self._force[2] > BREAK_FORCE:
            self._ending = Ending.BROKEN
        elif self._dwell >= DWELL:
            self._ending = Ending.SUCCESS
