"""Pictures for people: who wants which, and the newest frame for each of them.

A frame goes to a viewer's slot; a slow viewer finds the newest one there, not those between.
"""

import asyncio
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from robot_bridge.protocol.messages import Stream, VideoFrame, Watch

HEADER = struct.Struct("<BBHIqqiHH")
VERSION = 1
JPEG = 1
MOST_STREAMS = 32


@dataclass(frozen=True)
class Wish:
    """One stream that a viewer wants."""

    robot_id: UUID
    camera: str
    width: int
    height: int
    fps: int


class Viewer:
    """One video socket: its wishes and a slot for each."""

    def __init__(self) -> None:
        """Nothing is wanted yet."""
        self.wishes: tuple[Wish, ...] = ()
        self._slots: dict[int, VideoFrame] = {}
        self._due: list[float] = []
        self._ready = asyncio.Event()

    def want(self, wishes: Sequence[Wish]) -> None:
        """Replace the wishes."""
        self.wishes = tuple(wishes)
        self._slots.clear()
        self._due = [0.0] * len(self.wishes)

    def offer(self, robot_id: UUID, frame: VideoFrame, now: float) -> None:
        """Put a frame into the slots that it belongs to, unless it comes too soon for them."""
        for index, wish in enumerate(self.wishes):
            if wish.robot_id != robot_id or wish.camera != frame.camera:
                continue
            period, due = 1 / wish.fps, self._due[index]
            # A quarter of a period of slack, since frames do not come evenly.
            if now < due - period / 4:
                continue
            self._due[index] = max(due + period, now)
            self._slots[index] = frame
            self._ready.set()

    async def take(self) -> dict[int, VideoFrame]:
        """The newest frame of each stream that has one; waits for the first."""
        await self._ready.wait()
        self._ready.clear()
        taken, self._slots = self._slots, {}
        return taken


class Video:
    """All viewers, and what follows for the bridges."""

    def __init__(self, watch: Callable[[UUID, Watch], None]) -> None:
        """`watch` tells a bridge what is wanted of it."""
        self._watch = watch
        self._viewers: set[Viewer] = set()
        self._told: dict[UUID, Watch] = {}

    def join(self, viewer: Viewer) -> None:
        """A socket opened."""
        self._viewers.add(viewer)

    def leave(self, viewer: Viewer) -> None:
        """A socket closed."""
        self._viewers.discard(viewer)
        self.refresh()

    def refresh(self) -> None:
        """Tell each bridge whose union of wishes has changed."""
        robots = {wish.robot_id for viewer in self._viewers for wish in viewer.wishes}
        for robot_id in robots | set(self._told):
            wanted = self.wanted(robot_id)
            if self._told.get(robot_id) != wanted:
                self._told[robot_id] = wanted
                self._watch(robot_id, wanted)

    def wanted(self, robot_id: UUID) -> Watch:
        """The union of all wishes for one robot: largest size and rate of each camera."""
        streams: dict[str, Stream] = {}
        wishes = (wish for viewer in self._viewers for wish in viewer.wishes)
        for wish in wishes:
            if wish.robot_id != robot_id:
                continue
            other = streams.get(wish.camera)
            streams[wish.camera] = Stream(
                camera=wish.camera,
                width=max(wish.width, other.width if other else 0),
                height=max(wish.height, other.height if other else 0),
                fps=max(wish.fps, other.fps if other else 0),
            )
        return Watch(streams=tuple(streams[camera] for camera in sorted(streams)))

    def offer(self, robot_id: UUID, frame: VideoFrame, now: float) -> None:
        """A frame came."""
        for viewer in self._viewers:
            viewer.offer(robot_id, frame, now)


def pack(index: int, frame: VideoFrame, sent_at: float) -> bytes:
    """One binary message to a browser."""
    header = HEADER.pack(
        VERSION,
        JPEG,
        index,
        frame.sequence & 0xFFFFFFFF,
        int(frame.captured_at * 1e6),
        int(sent_at * 1e6),
        max(-(2**31), min(frame.step, 2**31 - 1)),
        min(frame.width, 0xFFFF),
        min(frame.height, 0xFFFF),
    )
    return header + frame.jpeg
