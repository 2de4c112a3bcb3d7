"""One control session with a bridge: what goes down to it, and whose answers are awaited."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import msgspec

from backend.errors import Unavailable
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    Ack,
    Command,
    CommandResult,
    Drive,
    Heartbeat,
    Hello,
    Refused,
    Watch,
    Welcome,
)

if TYPE_CHECKING:
    from uuid import UUID

SEND_SECONDS = 2.0
ANSWER_SECONDS = 2.0
MOST_WAITING = 512
"""Messages that may wait for a slow bridge; more of them and the link is given up."""

Down = Welcome | Refused | Heartbeat | Ack | Command | Drive | Watch


class Socket(Protocol):
    """What a link needs of a WebSocket."""

    async def send_bytes(self, data: bytes) -> None:
        """Send one binary message; waits while the other side is slow."""
        ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close."""
        ...


class BridgeLink:
    """The way down to one bridge."""

    def __init__(self, socket: Socket, hello: Hello, heartbeat_seconds: float) -> None:
        """`hello` has been accepted."""
        self.hello = hello
        self.heard_at = time.monotonic()
        self.failed = asyncio.Event()
        """Set when this link cannot go on: the reader closes it."""
        self._socket = socket
        self._heartbeat = heartbeat_seconds
        self._waiting: deque[Down] = deque()
        self._drive: Drive | None = None
        self._wake = asyncio.Event()
        self._asked: dict[UUID, asyncio.Future[CommandResult]] = {}

    def post(self, message: Down) -> None:
        """Send as soon as possible, in order."""
        if len(self._waiting) >= MOST_WAITING:
            self.failed.set()
            return
        self._waiting.append(message)
        self._wake.set()

    def drive(self, message: Drive) -> None:
        """Send unless a newer one comes first: an old twist must never arrive late."""
        self._drive = message
        self._wake.set()

    async def ask(self, command: Command) -> CommandResult:
        """Send a command and wait for its answer; Unavailable when none comes in time."""
        future: asyncio.Future[CommandResult] = asyncio.get_running_loop().create_future()
        self._asked[command.id] = future
        self.post(command)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await future
        except TimeoutError as error:
            raise Unavailable(
                "The robot did not answer in 2 s; look at its state before you try again.",
                id=str(command.id),
            ) from error
        finally:
            self._asked.pop(command.id, None)

    def answered(self, result: CommandResult) -> None:
        """An answer came; late ones find nobody waiting."""
        future = self._asked.get(result.id)
        if future is not None and not future.done():
            future.set_result(result)

    def lose(self) -> None:
        """The session is over: nobody waits any longer."""
        for future in self._asked.values():
            if not future.done():
                future.set_exception(Unavailable("The robot's connection was lost."))
                future.exception()

    async def close(self, reason: str) -> None:
        """Close the socket; the bridge will dial again."""
        with suppress(Exception):
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.close(1011, reason)

    async def beat(self) -> None:
        """Heartbeats, from a task of their own, so that nothing else can hold them up."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self._send(Heartbeat(sent_ns=time.monotonic_ns()))
            # After a long pause the missed beats are skipped, not sent in a burst.
            due = max(due + self._heartbeat, loop.time())
            await asyncio.sleep(due - loop.time())

    async def write(self) -> None:
        """Send what is posted."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._drive is not None:
                if self._drive is not None:
                    message: msgspec.Struct = self._drive
                    self._drive = None
                else:
                    message = self._waiting.popleft()
                await self._send(message)

    async def _send(self, message: msgspec.Struct) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._socket.send_bytes(encode(message))
