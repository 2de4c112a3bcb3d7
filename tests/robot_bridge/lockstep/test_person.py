"""The witness and the demonstrator in the simulated cell."""

from typing import TYPE_CHECKING
from uuid import UUID

from robot_bridge.cameras.fake.source import FakeCameras
from robot_bridge.lockstep.cell import SteppedCell
from robot_bridge.lockstep.clock import StepClock
from robot_bridge.lockstep.watched import WatchedRobot
from robot_bridge.protocol.messages import Command, CommandKind, EpisodeEnd

if TYPE_CHECKING:
    from robot_bridge.protocol.lockstep import TurnUp


class NoCameras(FakeCameras):
    def grab(self, camera: str, width: int, height: int, snapshot: bytes):  # type: ignore[no-untyped-def]
        raise AssertionError("nobody asks for pictures while a person drives")


def demonstrated(seed: int) -> EpisodeEnd:
    cell = SteppedCell(WatchedRobot("ethernet"), NoCameras(), StepClock(50), anchors=False)
    number = 0

    def order(kind: CommandKind, **args: object) -> Command:
        nonlocal number
        number += 1
        return Command(id=UUID(int=number), kind=kind, args=args, issued_by="study", lease_epoch=0)

    cell.turn([order(CommandKind.CLEAR_STOP), order(CommandKind.ARM)])
    cell.turn([order(CommandKind.SET_AUTO_END, enabled=True)])
    cell.turn([order(CommandKind.START_EPISODE, regime="critical", seed=seed)])
    turn: list[TurnUp] = cell.turn([order(CommandKind.TAKE_OVER)])
    while not any(isinstance(message, EpisodeEnd) for message in turn):
        turn = cell.turn([])
    return next(message for message in turn if isinstance(message, EpisodeEnd))


def test_the_demonstrator_succeeds_before_a_witness() -> None:
    end = demonstrated(1_000_001)
    assert end.ended_by == "success"
    assert end.truth is not None
    assert isinstance(end.truth["objections"], list)
    assert end.truth == demonstrated(1_000_001).truth
