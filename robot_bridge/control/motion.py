"""The only place that moves the robot, and that records having moved it."""

from dataclasses import dataclass

import numpy as np

from robot_bridge.control.attempt import Attempt
from robot_bridge.control.pictures import Pictures
from robot_bridge.control.ports import FrameWish, Ports
from robot_bridge.control.recorder import Step
from robot_bridge.control.safety import SafetyFilter
from robot_bridge.errors import RobotError
from robot_bridge.protocol.messages import Source
from robot_bridge.robots.base import Robot, Truth, Vector

_ROUNDING = 1e-6
"""A driver that turns poses into displacements sends a rest as some 1e-17 m; that is no motion."""


@dataclass(frozen=True)
class Look:
    """The cell at one moment."""

    state: Vector
    truth: Truth | None
    snapshot: bytes


class Motion:
    """Acts or holds for one control period at a time."""

    def __init__(self, robot: Robot, ports: Ports, pictures: Pictures, frames_every: int) -> None:
        """`frames_every`: keep console pictures once in so many steps; 0 keeps none."""
        self.state: Vector = np.zeros(0)
        self.moment = 0
        """Counts what can change the picture: motion, holding, resets."""
        self.newest_truth: Truth | None = None
        self._ports = ports
        self._pictures = pictures
        self._frames_every = frames_every
        self._moved_ns = 0
        self._unproven_stop = False
        self._hands_still = True
        self.use(robot)

    def use(self, robot: Robot) -> None:
        """Another driver, or the same one for another task."""
        self.robot = robot
        self.failed = False
        self.busy = False
        self.newest_truth = None
        self._safety = SafetyFilter(robot.spec)
        self._reach = np.asarray(robot.spec.action_limit, dtype=np.float64)

    def sense(self) -> None:
        """Read the robot at the start of a period; raises RobotError for a broken sensor."""
        self.state = self.robot.state()
        if not np.isfinite(self.state).all():
            raise RobotError("a sensor reports a value that is not a finite number")

    def look(self) -> Look | None:
        """Everything about this moment, or None when the robot cannot be asked."""
        if self.failed or self.busy:
            return None
        try:
            return Look(self.robot.state(), self.robot.truth(), self.robot.snapshot())
        except RobotError:
            self.failed = True
            return None

    def stopping(self, reason: str) -> None:
        """A stop was latched: the next hold is written down as the safe state."""
        self._unproven_stop = True
        self._ports.evidence("stopped", reason=reason, last_motion_ns=self._moved_ns)

    def note_hands(self, now: int, *, silent: bool) -> None:
        """Write down when a robot in a person's hands began to move, came to rest, and last moved.

        `silent`: the hands went quiet, rather than asked for rest.
        """
        still = self._moved_ns != now
        if still and not self._hands_still:
            what = "hands_silent" if silent else "hands_still"
            self._ports.evidence(what, held_ns=now, last_motion_ns=self._moved_ns)
        if self._hands_still and not still:
            self._ports.evidence("hands_moving", last_motion_ns=now)
        self._hands_still = still

    def end_hands(self, now: int) -> None:
        """A person's hands are not asked any more: their motion ended with the last period."""
        if not self._hands_still:
            self._ports.evidence("hands_over", held_ns=now, last_motion_ns=self._moved_ns)
        self._hands_still = True

    def rest(self) -> None:
        """The robot stands at a new start: changes count from zero, and no verdict is known."""
        self._safety.rest()
        self.moment += 1
        self.newest_truth = None

    def hold(self, now: int) -> None:
        """Stay for one period."""
        self.robot.hold()
        self.moment += 1
        self._safety.rest()
        if self._unproven_stop:
            self._unproven_stop = False
            self._ports.evidence("safe_state", held_ns=now, last_motion_ns=self._moved_ns)

    def hold_step(self, attempt: Attempt, now: int) -> None:
        """Stay for one period of the attempt."""
        snapshot, moment = self.robot.snapshot(), self.moment
        self.hold(now)
        step = Step(self.state, np.zeros_like(self._reach), Source.HOLD, 0)
        self._record(attempt, step, snapshot, moment, now)

    def act(self, attempt: Attempt, wish: Vector, source: Source, version: int, now: int) -> str:
        """Act for one period of the attempt; returns why the action was rejected, or nothing.

        A rejected action becomes a held step.
        """
        verdict = self._safety.judge(wish)
        if verdict.action is None:
            self.hold_step(attempt, now)
            return verdict.reason
        snapshot, moment = self.robot.snapshot(), self.moment
        sent = self._send(verdict.action, now)
        self._record(attempt, Step(self.state, sent, source, version), snapshot, moment, now)
        return ""

    def jog(self, wish: Vector, now: int) -> str:
        """The same outside an attempt: nothing is recorded."""
        verdict = self._safety.judge(wish)
        if verdict.action is None:
            self.hold(now)
        else:
            self._send(verdict.action, now)
        return verdict.reason

    def _send(self, action: Vector, now: int) -> Vector:
        sent = self.robot.send_action(action)
        self.moment += 1
        if (np.abs(sent) > _ROUNDING * self._reach).any():
            self._moved_ns = now
        return sent

    def steer(self, twist: tuple[float, ...]) -> Vector:
        """A person's hands as an action: shares of the limit, for as many axes as there are."""
        wish = np.zeros_like(self._reach)
        size = min(len(twist), wish.size)
        wish[:size] = np.clip(twist[:size], -1.0, 1.0) * self._reach[:size]
        return wish

    def _record(self, attempt: Attempt, step: Step, snapshot: bytes, moment: int, now: int) -> None:
        recorder = attempt.recorder
        if recorder is None:
            return
        number = recorder.steps
        if recorder.step(step):
            self._pictures.order(
                moment,
                snapshot,
                now,
                urgent=False,
                use=lambda images: recorder.images(number, images),
            )
        if self._frames_every and number % self._frames_every == 0:
            self._ports.want_frames(FrameWish(attempt.id, number, snapshot))

    def truth(self, attempt: Attempt) -> Truth | None:
        """The world's verdict after a step; notes the force on the way."""
        truth = self.newest_truth = self.robot.truth()
        force = self._sensed_force() if truth is None else truth.peak_force
        attempt.peak_force = max(attempt.peak_force, float(force))
        return truth

    def _sensed_force(self) -> float:
        names = self.robot.spec.state_names
        axes = [self.state[i] for i, name in enumerate(names) if name.startswith("force_")]
        return float(np.linalg.norm(axes)) if axes else 0.0
