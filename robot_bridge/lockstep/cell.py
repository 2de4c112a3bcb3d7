"""The bridge's control room with an outside that answers at once."""

import msgspec
import simplejpeg

from robot_bridge.cameras.base import CameraSource
from robot_bridge.cameras.studio import POLICY_QUALITY
from robot_bridge.control.authority import Authority
from robot_bridge.control.cell import Cell, CellOptions
from robot_bridge.control.loop import Punctuality
from robot_bridge.control.machine import DRIVEN, Readiness
from robot_bridge.control.ports import Durable, FrameWish, ImageWish, Plain
from robot_bridge.control.recorder import Images
from robot_bridge.control.report import telemetry
from robot_bridge.errors import ConfigError, RobotError
from robot_bridge.lockstep.clock import StepClock
from robot_bridge.lockstep.person import Person
from robot_bridge.lockstep.watched import WatchedRobot
from robot_bridge.protocol.lockstep import TurnDown, TurnUp
from robot_bridge.protocol.messages import (
    Command,
    CommandResult,
    Drive,
    EpisodeEnd,
    EpisodeStart,
    Event,
    Observation,
    Phase,
    PolicyImage,
)
from robot_bridge.robots.base import Regime, Robot

_NO_PACING = Punctuality(ticks=0, late_ticks=0, p99_ms=0.0)


class SteppedCell:
    """One simulated cell that moves only in its turns. It is also the control room's ports."""

    def __init__(
        self, robot: Robot, cameras: CameraSource, clock: StepClock, *, anchors: bool
    ) -> None:
        """The robot is connected and the cameras are open.

        Args:
            robot: what moves.
            cameras: what sees it.
            clock: moved here.
            anchors: take the pictures of replay anchors too, not only of the policy's questions.
        """
        self._robot = robot
        self._cameras = cameras
        self._clock = clock
        self._anchors = anchors
        self._said: list[TurnUp] = []
        self._person = Person(robot)
        self._hands = 0
        self._take_overs = -1
        self._driven = False
        self.cell = Cell(robot, self, clock, CellOptions(paced=False, frames_every=0))
        self._authority = Authority(self.cell, self)

    def turn(self, messages: list[TurnDown]) -> list[TurnUp]:
        """Take orders and answers, go on until something is needed, and say what happened."""
        for message in messages:
            if isinstance(message, Command):
                self._authority.command(message)
            else:
                self.cell.chunk(message)
        self._go_on()
        said, self._said = self._said, []
        return [*said, self._telemetry()]

    def _go_on(self) -> None:
        alone = 0
        while self.cell.attempt is not None:
            if self.cell.machine.phase is Phase.HUMAN:
                self._move_hands()
            else:
                self._driven = False
            attempt = self.cell.attempt
            if not self.cell.tick():
                return
            self._clock.step()
            # While no policy drives nothing is asked, but the partner may want a word.
            alone = 0 if self.cell.machine.phase in DRIVEN else alone + 1
            if alone >= attempt.args.chunk:
                return

    def _move_hands(self) -> None:
        attempt = self.cell.attempt
        assert attempt is not None
        if not self._driven:
            self._driven = True
            self._take_overs += 1
        self._hands += 1
        twist = self._person.twist(attempt, self._take_overs)
        self.cell.drive(Drive(sequence=self._hands, lease_epoch=0, twist=twist))

    def _telemetry(self) -> TurnUp:
        return telemetry(
            self.cell,
            _NO_PACING,
            now=self._clock.now_ns(),
            policy_connected=True,
            policy_trouble="",
            journal_pending=0,
        )

    # ── ports of the cell ─────────────────────────────────────────────────────────────────────────

    def event(self, event: Event) -> None:
        """Say it."""
        self._said.append(event)

    def result(self, result: CommandResult) -> None:
        """Say it."""
        self._said.append(result)

    def record(self, message: Durable) -> None:
        """Say it; the partner is there, so an episode has begun for it as soon as it is told."""
        self._said.append(self._audited(message) if isinstance(message, EpisodeEnd) else message)
        if isinstance(message, EpisodeStart):
            self._take_overs, self._driven = -1, False
            self.cell.begun(message.episode_id)

    def _audited(self, end: EpisodeEnd) -> EpisodeEnd:
        """The end with what the witness says of it, where there is one."""
        if not isinstance(self._robot, WatchedRobot) or end.truth is None:
            return end
        truth = {**end.truth, "objections": self._robot.objections()}
        return msgspec.structs.replace(end, truth=truth)

    def observe(self, observation: Observation) -> None:
        """Say it."""
        self._said.append(observation)

    def want_images(self, wish: ImageWish) -> None:
        """Take them now; those that only the record wants may be left out."""
        wanted = wish.urgent or self._anchors
        self.cell.images(wish.id, self._look(wish.snapshot) if wanted else ())

    def want_frames(self, wish: FrameWish) -> None:
        """Nobody looks at these episodes later."""

    def reset(self, regime: Regime, seed: int) -> None:
        """Reset now."""
        try:
            seconds = self._robot.reset(regime, seed)
        except RobotError as error:
            self.cell.reset_failed(str(error))
        else:
            self.cell.reset_done(seconds)

    def set_task(self, task: str) -> None:
        """The task is chosen at the start."""
        raise ConfigError(f"this simulated robot keeps its task: start another one for {task}")

    def changed(self) -> None:
        """Telemetry ends every turn anyway."""

    def evidence(self, what: str, **details: Plain) -> None:
        """No safety is at stake here."""

    def readiness(self) -> Readiness:
        """The partner is there, or this would not run."""
        return Readiness(control=True, policy=True)

    def _look(self, snapshot: bytes) -> Images:
        images = []
        for camera in self._robot.spec.cameras:
            size = camera.policy_size
            pixels = self._cameras.grab(camera.name, size, size, snapshot)
            jpeg = simplejpeg.encode_jpeg(
                pixels, quality=POLICY_QUALITY, colorspace="RGB", colorsubsampling="444"
            )
            images.append(PolicyImage(camera=camera.name, jpeg=jpeg))
        return tuple(images)
