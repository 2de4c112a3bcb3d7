import io

import pytest

from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.lockstep import (
    decode_turn_down,
    decode_turn_up,
    read_turn,
    write_turn,
)
from robot_bridge.protocol.messages import Command, CommandKind, CommandResult, Heartbeat
from tests.robot_bridge.lockstep.test_cell import EPISODE

STOP = Command(id=EPISODE, kind=CommandKind.STOP, issued_by="study", lease_epoch=0)


def test_turns_come_through_whole_and_in_order() -> None:
    stream = io.BytesIO()
    write_turn(stream, [STOP, STOP])
    write_turn(stream, [])
    stream.seek(0)
    assert read_turn(stream, decode_turn_down) == [STOP, STOP]
    assert read_turn(stream, decode_turn_down) == []
    assert read_turn(stream, decode_turn_down) is None


@pytest.mark.parametrize("cut", [2, 6])
def test_a_torn_turn_is_no_turn(cut: int) -> None:
    stream = io.BytesIO()
    write_turn(stream, [STOP])
    with pytest.raises(ProtocolError, match="cut short"):
        read_turn(io.BytesIO(stream.getvalue()[:cut]), decode_turn_down)


def test_each_side_says_only_what_is_its_to_say() -> None:
    stream = io.BytesIO()
    write_turn(stream, [CommandResult(id=EPISODE, ok=True), Heartbeat(sent_ns=0)])
    stream.seek(0)
    with pytest.raises(ProtocolError):
        read_turn(stream, decode_turn_up)
    stream.seek(0)
    with pytest.raises(ProtocolError):
        read_turn(stream, decode_turn_down)
