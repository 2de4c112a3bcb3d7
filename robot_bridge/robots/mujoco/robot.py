"""Driver of the simulated arm: limits, proprioception and verdicts over `sim.world`."""

from dataclasses import dataclass, field, replace

import numpy as np

from robot_bridge.errors import RobotError
from robot_bridge.robots.base import Ending, Regime, Robot, RobotSpec, Truth, Vector
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.sim.poses import Pose, rotation_vector
from robot_bridge.sim.snapshot import Snapshot, pack
from robot_bridge.sim.stage import OVERVIEW
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Judge, Task
from robot_bridge.sim.views import lens_of
from robot_bridge.sim.world import CONTROL_HZ, World

ACTION_NAMES = ("dx", "dy", "dz", "drx", "dry", "drz")
STATE_NAMES = (
    *("tcp_x", "tcp_y", "tcp_z", "tcp_rx", "tcp_ry", "tcp_rz"),
    *("tcp_vx", "tcp_vy", "tcp_vz", "tcp_wx", "tcp_wy", "tcp_wz"),
    *("force_x", "force_y", "force_z", "torque_x", "torque_y", "torque_z"),
    *("lead_x", "lead_y", "lead_z", "lead_rx", "lead_ry", "lead_rz"),
)


def _spec(task: Task, config: MujocoConfig) -> RobotSpec:
    limit = (config.step_limit,) * 3 + (config.turn_limit,) * 3
    return RobotSpec(
        task=task.name,
        instruction=task.instruction,
        control_hz=CONTROL_HZ,
        action_names=ACTION_NAMES,
        action_limit=limit,
        action_rate_limit=tuple(value * config.rate_share for value in limit),
        state_names=STATE_NAMES,
        cameras=task.cameras,
        max_steps=dict(task.max_steps),
        simulated=True,
        views=(OVERVIEW,),
    )


@dataclass
class _Attempt:
    """What the driver remembers between two control periods of one episode."""

    judge: Judge
    regime: Regime
    target: Pose
    sent: Vector = field(default_factory=lambda: np.zeros(6))
    wrench: Vector = field(default_factory=lambda: np.zeros(6))
    steps: int = 0
    ending: Ending | None = None
    holding: bool = False


class MujocoRobot(Robot):
    """The simulated cell. The task can be changed between episodes."""

    def __init__(self, config: MujocoConfig | None = None) -> None:
        self.config = config or MujocoConfig()
        self._world: World | None = None
        self._attempt: _Attempt | None = None
        self.set_task(self.config.task)

    def set_task(self, name: str) -> None:
        """Choose what the next reset puts on the table. Raises ConfigError for an unknown name."""
        self._task = task_named(name)
        self.spec = _spec(self._task, self.config)
        self._limit = np.array(self.spec.action_limit)
        self._rate_limit = np.array(self.spec.action_rate_limit)
        self._attempt = None

    def connect(self) -> None:
        """Build the world of the chosen task."""
        self._world = self._build()

    def _build(self) -> World:
        world = World(self._task, self.config.substeps)
        seen = tuple(replace(one, lens=lens_of(world.model, one.name)) for one in self.spec.cameras)
        self.spec = replace(self.spec, cameras=seen)
        return world

    def disconnect(self) -> None:
        """Forget the world."""
        self._world, self._attempt = None, None

    def reset(self, regime: Regime, seed: int) -> float:
        """Lay out the cell for a seed; return the seconds that this would take on a real cell."""
        if self._world is None:
            raise RobotError("the simulated robot is not connected; call connect() first")
        if self._world.task.name != self._task.name:
            self._world = self._build()
        self._world.reset(seed, regime)
        self._attempt = _Attempt(self._task.judge(regime), regime, self._world.rest())
        return self._task.reset_seconds[regime]

    def _running(self) -> tuple[World, _Attempt]:
        if self._world is None or self._attempt is None:
            raise RobotError("the simulated robot has no episode; call connect() and reset() first")
        return self._world, self._attempt

    def send_action(self, action: Vector) -> Vector:
        """Move the impedance target by a displacement and let one control period pass.

        Shortened in this order: to the action limit, to the rate limit, to the allowed lead of the
        target over the measured pose.
        """
        if not np.isfinite(action).all():
            raise RobotError("action is not finite; the safety filter must stop such actions")
        world, now = self._running()
        step = np.clip(action, -self._limit, self._limit)
        step = np.clip(step, now.sent - self._rate_limit, now.sent + self._rate_limit)
        target = self._within_lead(world.tool(), now.target.moved(step))
        now.sent, now.target, now.holding = target.minus(now.target), target, False
        self._advance()
        return now.sent.copy()

    def _within_lead(self, tool: Pose, target: Pose) -> Pose:
        lead = target.minus(tool)
        lead[:3] = np.clip(lead[:3], -self.config.lead_limit, self.config.lead_limit)
        bound = self.config.turn_lead_limit
        lead[3:] = np.clip(lead[3:], -bound, bound)
        return tool.moved(lead)

    def hold(self) -> None:
        """Keep the pose measured when holding began; the impedance still yields to a push."""
        world, now = self._running()
        if not now.holding:
            now.target, now.sent, now.holding = world.rest(), np.zeros(6), True
        self._advance()

    def _advance(self) -> None:
        world, now = self._running()
        world.aim(now.target)
        world.step()
        now.steps += 1
        share = self.config.force_filter
        reading = np.concatenate([world.force, world.torque])
        now.wrench = (1.0 - share) * now.wrench + share * reading
        force = float(np.linalg.norm(world.force))
        now.judge.observe(self.relative_pose(), force, world.parts())
        if now.ending is None:
            now.ending = self._verdict(world, now)

    def _verdict(self, world: World, now: _Attempt) -> Ending | None:
        if world.held.is_lost():
            return Ending.DROPPED
        late = now.steps >= self.spec.max_steps[now.regime]
        return now.judge.ending or (Ending.TIMEOUT if late else None)

    def state(self) -> Vector:
        """Proprioception, shape [24], ordered as `spec.state_names`."""
        world, now = self._running()
        tool = world.tool()
        pose = np.concatenate([tool.position, rotation_vector(tool.quat)])
        lead = now.target.minus(tool)
        return np.concatenate([pose, world.velocity(), now.wrench, lead])

    def snapshot(self) -> bytes:
        """Task, seed and joint positions: enough for another process to picture the cell."""
        world, _ = self._running()
        return pack(Snapshot(self._task.name, world.seed, np.array(world.data.qpos)))

    def truth(self) -> Truth:
        """The world's verdict on the attempt so far."""
        world, now = self._running()
        return Truth(
            critical=now.judge.critical,
            ending=now.ending,
            relative_pose=tuple(float(value) for value in self.relative_pose()),
            peak_force=world.peak_force,
        )

    def relative_pose(self) -> Vector:
        """Tip of the held object in the goal frame, shape [6]. Privileged: for judges and tests."""
        world, _ = self._running()
        return world.tip().relative_to(world.goal)

    def contact_force(self) -> Vector:
        """Unfiltered force on the tool, base axes, newtons, shape [3]. Privileged: for probes."""
        world, _ = self._running()
        return world.force.copy()

    def goal(self) -> Pose:
        """Where the goal is in the base frame. Privileged: for scripted demonstrators and tests."""
        return self._running()[0].goal

    def parts(self) -> Vector:
        """The task's moving parts. Privileged: for scripted demonstrators and tests."""
        return self._running()[0].parts()

    def tool(self) -> Pose:
        """Measured pose of the tool centre point."""
        world, _ = self._running()
        return world.tool()

    def tip(self) -> Pose:
        """Working end of the held object. Privileged: for scripted demonstrators and tests."""
        return self._running()[0].tip()

    @property
    def world(self) -> World:
        """The physics. Privileged: for audits and tests. Raises RobotError before `connect`."""
        if self._world is None:
            raise RobotError("the simulated robot is not connected; call connect() first")
        return self._world

    def slip(self) -> Vector:
        """How far the object has moved in the hand. Privileged: for audits and tests."""
        return self._running()[0].held.slip()

    def target(self) -> Pose:
        """Commanded pose of the tool centre point."""
        return self._running()[1].target
