"""What the control process and its camera process say to each other, over a pair of pipes."""

import struct
from enum import IntEnum

import msgspec

from robot_bridge.protocol.codec import Decoder

LENGTH = struct.Struct("<I")


class Priority(IntEnum):
    """Who is served first."""

    POLICY = 0
    ANCHOR = 1
    KEPT = 2
    VIDEO = 3

    def place(self, arrival: int) -> int:
        """Place in the queue of the `arrival`-th wish; the lowest is served next.

        The policy never waits. The others may be overtaken by a few later wishes, but not for ever:
        where there is more to draw than time, people still see the robot.
        """
        return -1 if self is Priority.POLICY else arrival + _OVERTAKEN_BY[self]


_OVERTAKEN_BY = {Priority.ANCHOR: 0, Priority.KEPT: 4, Priority.VIDEO: 4}


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """One wanted picture and how to pack it."""

    camera: str
    width: int
    height: int
    quality: int
    full_chroma: bool


class Shot(msgspec.Struct, tag="shot", frozen=True):
    """Pictures of one moment."""

    id: int
    priority: Priority
    snapshot: bytes
    pictures: tuple[Picture, ...]


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """The cameras are open."""

    renderer: str


class Shots(msgspec.Struct, tag="shots", frozen=True):
    """JPEGs in the order of the wish."""

    id: int
    jpegs: tuple[bytes, ...]


class Trouble(msgspec.Struct, tag="trouble", frozen=True):
    """The cameras cannot be opened or have failed."""

    reason: str


Reply = Ready | Shots | Trouble

decode_shot: Decoder[Shot] = Decoder(Shot)
decode_reply: Decoder[Reply] = Decoder(Reply)


def packed(message: msgspec.Struct) -> bytes:
    """A message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body
