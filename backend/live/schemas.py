"""What browsers say over the live and video sockets."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=-1, le=1)]


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe", frozen=True):
    """What this page wants to see; replaces what it wanted before."""

    robots: Annotated[list[Annotated[str, Meta(max_length=36)]], Meta(max_length=200)] = []
    """Ids, or "*" for all."""
    runs: Annotated[list[UUID], Meta(max_length=50)] = []


class DriveWish(msgspec.Struct, tag_field="type", tag="drive", frozen=True):
    """A person's hands on a robot, 50 times a second while held."""

    robot: UUID
    sequence: Annotated[int, Meta(ge=0, lt=2**53)]
    twist: tuple[Share, Share, Share, Share, Share, Share]


class Presence(msgspec.Struct, tag_field="type", tag="presence", frozen=True):
    """Somebody is there; once a second."""

    sent: float = 0.0
    """The page's own clock, told back to it: so it knows the way there and back."""


LiveUp = Subscribe | DriveWish | Presence


class StreamWish(msgspec.Struct, frozen=True):
    """One wanted picture stream."""

    robot: UUID
    camera: Annotated[str, Meta(min_length=1, max_length=80)]
    width: Annotated[int, Meta(ge=64, le=1280)] = 640
    height: Annotated[int, Meta(ge=48, le=960)] = 480
    fps: Annotated[int, Meta(ge=1, le=50)] = 15


class WatchWish(msgspec.Struct, tag_field="type", tag="watch", frozen=True):
    """All picture streams that this page wants; replaces what it wanted before."""

    streams: Annotated[list[StreamWish], Meta(max_length=32)]


decode_live = msgspec.json.Decoder(LiveUp)
decode_video = msgspec.json.Decoder(WatchWish)
