"""Turns between a simulated robot that waits for its policy and whoever drives it.

`python -m robot_bridge.lockstep` speaks this over its standard output and input. The robot has the
first turn, with its Hello; then the two sides alternate. One turn is one record: its length in four
bytes, then a msgpack list of messages, which may be empty ("go on").
"""

import struct
from collections.abc import Sequence
from typing import IO, TypeVar

import msgspec

from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.codec import Decoder
from robot_bridge.protocol.messages import (
    Chunk,
    ChunkReport,
    Command,
    CommandResult,
    EpisodeEnd,
    EpisodeStart,
    Event,
    Hello,
    Message,
    Observation,
    Telemetry,
)

TurnUp = (
    Hello
    | Telemetry
    | Event
    | CommandResult
    | EpisodeStart
    | Observation
    | ChunkReport
    | EpisodeEnd
)
"""What the robot may say in a turn; every turn but the first ends with Telemetry."""
TurnDown = Command | Chunk

_LENGTH = struct.Struct("<I")

decode_turn_up: Decoder[list[TurnUp]] = Decoder(list[TurnUp])
decode_turn_down: Decoder[list[TurnDown]] = Decoder(list[TurnDown])

M = TypeVar("M")


def write_turn(stream: IO[bytes], messages: Sequence[Message]) -> None:
    """Hand the turn over."""
    body = msgspec.msgpack.encode(list(messages))
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_turn(stream: IO[bytes], decode: Decoder[list[M]]) -> list[M] | None:
    """Wait for the other side's turn; None when it is gone."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise ProtocolError("a turn was cut short")
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise ProtocolError("a turn was cut short")
    return decode(body)
