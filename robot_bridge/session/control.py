"""The control session: commands in; events, answers, telemetry and video out."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    Ack,
    Command,
    CommandResult,
    ControlDown,
    Drive,
    Event,
    Telemetry,
    VideoFrame,
    Watch,
    decode_control_down,
)

if TYPE_CHECKING:
    from robot_bridge.session.events import EventLog

RESULTS_KEPT = 1000


class Orders(Protocol):
    """Who takes what consoles send."""

    def command(self, order: Command) -> None:
        """One order."""

    def drive(self, drive: Drive) -> None:
        """A person's hands."""


class ControlPeer:
    """Queues per kind: answers and events in order, of telemetry and video the newest only."""

    def __init__(
        self,
        orders: Orders,
        watch: Callable[[Watch], None],
        lost: Callable[[str], None],
    ) -> None:
        """`lost` is called at once when the session goes."""
        self._orders = orders
        self._watch = watch
        self._lost = lost
        self._results: deque[CommandResult] = deque(maxlen=RESULTS_KEPT)
        self._events: deque[Event] = deque()
        self._telemetry: Telemetry | None = None
        self._video: dict[tuple[str, int, int], VideoFrame] = {}
        self._wake = asyncio.Event()
        self._open = False
        self.log: EventLog | None = None

    def decode(self, data: bytes) -> ControlDown:
        """Bytes to a message of this session."""
        return decode_control_down(data)

    def opened(self) -> None:
        """Everything not acknowledged is sent again, oldest first."""
        self._results.clear()
        self._video.clear()
        self._events = deque(self.log.waiting.values() if self.log is not None else ())
        self._open = True
        self._wake.set()

    def closed(self, why: str) -> None:
        """Nobody watches any more."""
        self._open = False
        self._watch(Watch(streams=()))
        self._lost(why)

    def received(self, message: ControlDown) -> None:
        """An order, hands, a wish for pictures, or a receipt."""
        if isinstance(message, Command):
            self._orders.command(message)
        elif isinstance(message, Drive):
            self._orders.drive(message)
        elif isinstance(message, Watch):
            self._watch(message)
        elif isinstance(message, Ack):
            self._acknowledged(message.id)

    def _acknowledged(self, event_id: UUID) -> None:
        if self.log is not None:
            self.log.acknowledge(event_id)

    def result(self, result: CommandResult) -> None:
        """Answer a command."""
        self._results.append(result)
        self._wake.set()

    def event(self, event: Event) -> None:
        """An event is on disk; while the session is down it waits there."""
        if self._open:
            self._events.append(event)
            self._wake.set()

    def telemetry(self, telemetry: Telemetry) -> None:
        """The newest replaces one that has not left."""
        self._telemetry = telemetry
        self._wake.set()

    def video(self, frame: VideoFrame) -> None:
        """The newest of each stream replaces one that has not left."""
        self._video[(frame.camera, frame.width, frame.height)] = frame
        self._wake.set()

    async def pump(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Answers before events before telemetry; one picture only when nothing else waits."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while message := self._next():
                await send(encode(message))

    def _next(self) -> CommandResult | Event | Telemetry | VideoFrame | None:
        if self._results:
            return self._results.popleft()
        if self._events:
            return self._events.popleft()
        if self._telemetry is not None:
            telemetry, self._telemetry = self._telemetry, None
            return telemetry
        if self._video:
            return self._video.pop(next(iter(self._video)))
        return None
