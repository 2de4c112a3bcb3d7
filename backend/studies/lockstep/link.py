"""One simulated robot as a child process that waits for its partner between turns."""

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from uuid import UUID, uuid5

from backend.errors import ConfigError, Unavailable
from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.lockstep import TurnDown, TurnUp, decode_turn_up, read_turn, write_turn
from robot_bridge.protocol.messages import Command, CommandKind, CommandResult, Hello

_NAMESPACE = UUID("6f1c7f0e-8d0b-4f0a-9a37-2d6f3e5b7c11")

READY: tuple[tuple[CommandKind, dict[str, object]], ...] = (
    (CommandKind.CLEAR_STOP, {}),
    (CommandKind.ARM, {}),
    (CommandKind.SET_AUTO_END, {"enabled": True}),
)
"""What brings a fresh robot to its first episode; successes then end episodes by themselves."""


class RobotGone(Unavailable):
    """The simulated robot's process ended or spoke nonsense."""

    title = "Simulated robot lost"


class LockstepRobot:
    """Use as a context; the robot is armed when it is entered."""

    def __init__(
        self,
        task: str,
        *,
        anchors: bool = False,
        witness: bool = False,
        driver: str = "mujoco",
        speed: str = "max",
    ) -> None:
        """Nothing runs yet.

        Args:
            task: what stands on the table.
            anchors: also send the pictures of replay anchors, which only learning needs.
            witness: audit episodes as they run; their truth then carries `objections`.
            driver: of the simulated cell.
            speed: `real` keeps simulated time from running ahead of real time.
        """
        command = [sys.executable, "-m", "robot_bridge.lockstep"]
        command += ["--task", task, "--driver", driver, "--speed", speed]
        self._task = task
        command += ["--anchors"] if anchors else []
        self._command = command + (["--witness"] if witness else [])
        self._child: subprocess.Popen[bytes] | None = None
        self._orders = 0
        self.hello: Hello

    def __enter__(self) -> Self:
        """Start the process and arm the robot."""
        self.start()
        self.greet()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def start(self) -> None:
        """Start the process; several can be started before the first is greeted."""
        # A keyboard interrupt is for whoever drives; the robot leaves when its input closes.
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def greet(self) -> None:
        """Wait for the robot's first turn, and arm it."""
        try:
            (hello,) = self.hear()
        except RobotGone as error:
            raise ConfigError(
                f"No simulated robot for {self._task!r}: the line above says why."
            ) from error
        if not isinstance(hello, Hello):
            raise RobotGone("The simulated robot did not begin with a hello.")
        self.hello = hello
        self.tell([self.order(kind, **args) for kind, args in READY])
        check(self.hear())

    def order(self, kind: CommandKind, **args: object) -> Command:
        """A command with an id of its own."""
        self._orders += 1
        command_id = uuid5(_NAMESPACE, str(self._orders))
        return Command(id=command_id, kind=kind, args=args, issued_by="study", lease_epoch=0)

    def tell(self, messages: Sequence[TurnDown]) -> None:
        """End our turn; the robot computes from now on."""
        child = self._running()
        assert child.stdin is not None
        try:
            write_turn(child.stdin, messages)
        except OSError as error:
            raise RobotGone("The simulated robot's process has ended.") from error

    def hear(self) -> list[TurnUp]:
        """Wait for the end of the robot's turn."""
        child = self._running()
        assert child.stdout is not None
        try:
            messages = read_turn(child.stdout, decode_turn_up)
        except ProtocolError as error:
            raise RobotGone(f"The simulated robot is not understood: {error}.") from error
        if messages is None:
            raise RobotGone("The simulated robot's process has ended.")
        return messages

    def close(self) -> None:
        """End the process; may be called twice."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        child.stdout.close()
        try:
            child.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            raise RobotGone("The simulated robot was not started.")
        return self._child


def check(messages: Sequence[TurnUp]) -> None:
    """Raise when the robot refused an order."""
    for message in messages:
        if isinstance(message, CommandResult) and not message.ok:
            raise RobotGone(f"The simulated robot refused an order: {message.error}.")
