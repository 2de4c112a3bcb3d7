"""Commands from outside: each id once, no stale lease, every argument checked.

The desk knows nothing of robots; it answers whether a command is to be carried out at all.
"""

from collections import OrderedDict
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from robot_bridge.errors import BridgeError
from robot_bridge.protocol.messages import Command, CommandKind, CommandResult, Drive, Name
from robot_bridge.robots.base import Regime

REMEMBERED = 2000

T = TypeVar("T")


class CommandRefusedError(BridgeError):
    """A command cannot be carried out; the message says what to do."""


class StartArgs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of START_EPISODE."""

    regime: Regime
    run_id: UUID | None = None
    episode_id: UUID | None = None
    seed: Annotated[int, Meta(ge=0, lt=2**31)] | None = None
    explore: bool = True
    delay: Annotated[int, Meta(ge=0, le=49)] = 3
    chunk: Annotated[int, Meta(ge=1, le=50)] = 10
    hand_off_at_start: bool = False


class EndArgs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of END_EPISODE."""

    ended_by: Name = "label"
    at_step: Annotated[int, Meta(ge=0)] | None = None


class TaskArgs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of SET_TASK."""

    task: Name


class AutoEndArgs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of SET_AUTO_END."""

    enabled: bool


class HandOffArgs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of HAND_OFF."""

    because: Literal["", "suggestion"] = ""
    """What made an automatic operator give the order; the event of the switch repeats it."""


class NoArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every other command stands alone."""


ARGUMENTS: dict[CommandKind, type[msgspec.Struct]] = {
    CommandKind.START_EPISODE: StartArgs,
    CommandKind.HAND_OFF: HandOffArgs,
    CommandKind.END_EPISODE: EndArgs,
    CommandKind.SET_TASK: TaskArgs,
    CommandKind.SET_AUTO_END: AutoEndArgs,
}


def check_arguments(command: Command) -> None:
    """Raise CommandRefusedError, with the field, unless the arguments fit the command."""
    arguments(command, ARGUMENTS.get(command.kind, NoArgs))


def arguments(command: Command, kind: type[T]) -> T:
    """The arguments of a command as `kind`."""
    try:
        found = msgspec.convert(_plain(command.args), kind)
    except msgspec.ValidationError as error:
        raise CommandRefusedError(f"{command.kind.value}: {error}") from error
    if isinstance(found, StartArgs) and found.delay >= found.chunk:
        raise CommandRefusedError(
            f"start_episode: delay {found.delay} must be smaller than chunk {found.chunk}"
        )
    return found


def _plain(args: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in args.items() if value is not None}


class CommandDesk:
    """Remembers answers by command id and the highest lease epoch seen."""

    def __init__(self) -> None:
        """No lease has been seen yet."""
        self._answers: OrderedDict[UUID, CommandResult] = OrderedDict()
        self._epoch = 0

    def answered(self, command: Command) -> CommandResult | None:
        """The answer already given to this id, to be repeated."""
        return self._answers.get(command.id)

    def admit(self, command: Command) -> None:
        """Raise CommandRefusedError for a stale lease. A stop is never stale."""
        if command.lease_epoch < self._epoch and command.kind is not CommandKind.STOP:
            raise CommandRefusedError(
                f"lease {command.lease_epoch} is over, {self._epoch} holds: take the lease again"
            )
        self._epoch = max(self._epoch, command.lease_epoch)

    def admit_drive(self, drive: Drive) -> bool:
        """Whether a Drive comes under the newest lease."""
        if drive.lease_epoch < self._epoch:
            return False
        self._epoch = drive.lease_epoch
        return True

    def keep(self, result: CommandResult) -> None:
        """Remember an answer; the oldest are forgotten."""
        self._answers[result.id] = result
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
