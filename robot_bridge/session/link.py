"""One outgoing session: dials, shakes hands, stays alive, and dials again when it is lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from robot_bridge.control.clock import SECOND, Clock
from robot_bridge.control.watchdog import Silence
from robot_bridge.errors import ProtocolError, Refused
from robot_bridge.protocol.codec import MAX_MESSAGE_BYTES, encode
from robot_bridge.protocol.messages import PROTOCOL_VERSION, Heartbeat, Hello, Welcome
from robot_bridge.protocol.messages import Refused as RefusedMessage

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 0.5
REFUSED_PAUSE_S = 5.0
HANDSHAKE_LIMIT_S = 5.0
HEARTBEAT_S = 0.1
SILENT_CLOSE_S = 2.0

M = TypeVar("M")

log = logging.getLogger("bridge.session")


class Peer(Protocol[M]):
    """What a session does beyond staying alive."""

    def decode(self, data: bytes) -> M:
        """Bytes to a message of this session."""

    def opened(self) -> None:
        """The session stands."""

    def received(self, message: M) -> None:
        """A message other than a heartbeat came."""

    def closed(self, why: str) -> None:
        """The session is lost."""

    async def pump(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what is to be sent until cancelled."""


@dataclass(frozen=True)
class LinkTarget:
    """Where to dial and how to prove who dials."""

    name: str
    url: str
    token: str


class Link(Generic[M]):
    """Runs one session for ever; `run` ends only by cancellation."""

    def __init__(
        self,
        target: LinkTarget,
        peer: Peer[M],
        hello: Callable[[], Hello],
        clock: Clock,
        *,
        silence: Silence,
    ) -> None:
        """`hello` is asked anew for every session: the task may have changed."""
        self._target = target
        self._peer = peer
        self._hello = hello
        self._clock = clock
        self._ws: ClientConnection | None = None
        self._heard = 0
        self._told = ""
        self.silence = silence
        self.is_open = False

    def alive(self, now: int) -> bool:
        """Whether the session stands and its peer has been heard lately."""
        return self.is_open and not self.silence.expired(now)

    @property
    def trouble(self) -> str:
        """Why the session does not stand, in words; empty while it does."""
        return "" if self.is_open else self._told

    def redial(self) -> None:
        """Drop the session and dial again, with a new Hello."""
        if self._ws is not None:
            self._ws.transport.abort()

    async def run(self) -> None:
        """Dial, serve, wait, dial again."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                why = await self._session()
                pause = FIRST_PAUSE_S
            except Refused as refusal:
                why, pause = str(refusal), REFUSED_PAUSE_S
            except (OSError, TimeoutError, WebSocketException, ProtocolError) as error:
                why, pause = _plain(error), min(pause * 2, LONGEST_PAUSE_S)
            self._tell(why)
            await asyncio.sleep(pause)

    def _tell(self, why: str) -> None:
        if why != self._told:
            self._told = why
            log.warning("%s session: %s", self._target.name, why)

    async def _session(self) -> str:
        headers = {"Authorization": f"Bearer {self._target.token}"}
        dial = connect(
            self._target.url,
            additional_headers=headers,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            ping_interval=None,
            open_timeout=HANDSHAKE_LIMIT_S,
            close_timeout=0.2,
            proxy=None,
        )
        try:
            ws = await dial
        except InvalidStatus as error:
            raise _refused(error) from error
        self._ws = ws
        try:
            await self._shake_hands(ws)
            return await self._serve(ws)
        finally:
            self._ws = None
            await ws.close()

    async def _shake_hands(self, ws: ClientConnection) -> None:
        await ws.send(encode(self._hello()))
        try:
            async with asyncio.timeout(HANDSHAKE_LIMIT_S):
                while True:
                    answer = self._peer.decode(_as_bytes(await ws.recv()))
                    if isinstance(answer, Welcome):
                        break
                    if isinstance(answer, RefusedMessage):
                        raise Refused(f"refused: {answer.reason.rstrip('.')}. {answer.advice}")
        except ConnectionClosed as error:
            raise ProtocolError("the server hung up before it answered Hello") from error
        if answer.version != PROTOCOL_VERSION:
            raise Refused(
                f"the server speaks protocol {answer.version}, this bridge {PROTOCOL_VERSION}. "
                "Install matching versions"
            )

    async def _serve(self, ws: ClientConnection) -> str:
        self._note_life()
        self.is_open, self._told = True, ""
        log.info("%s session stands", self._target.name)
        self._peer.opened()

        tasks = [
            asyncio.create_task(self._read(ws)),
            asyncio.create_task(self._beat(ws)),
            asyncio.create_task(self._peer.pump(ws.send)),
        ]
        why = "cancelled"
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            why = _reason(done)
        finally:
            self.is_open = False
            self.silence.forget()
            self._peer.closed(why)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return why

    async def _read(self, ws: ClientConnection) -> None:
        while True:
            message = self._peer.decode(_as_bytes(await ws.recv()))
            self._note_life()
            if not isinstance(message, Heartbeat):
                self._peer.received(message)

    def _note_life(self) -> None:
        self._heard = self._clock.now_ns()
        self.silence.heard(self._heard)

    async def _beat(self, ws: ClientConnection) -> None:
        while True:
            await ws.send(encode(Heartbeat(sent_ns=self._clock.now_ns())))
            await asyncio.sleep(HEARTBEAT_S)
            if self._clock.now_ns() - self._heard > SILENT_CLOSE_S * SECOND:
                raise TimeoutError(f"nothing heard for {SILENT_CLOSE_S:.0f} s")


def _as_bytes(data: str | bytes) -> bytes:
    if isinstance(data, str):
        raise ProtocolError("a text frame came; every message is one binary frame")
    return data


def _reason(done: set["asyncio.Task[None]"]) -> str:
    """Why the session ended; a fault that is not the network's goes on up."""
    error = next(task.exception() for task in done)
    if isinstance(error, OSError | WebSocketException | ProtocolError | TimeoutError):
        return _plain(error)
    if error is not None:
        raise error
    return "ended"


def _plain(error: BaseException) -> str:
    if isinstance(error, ConnectionClosed):
        return "the server closed the connection"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there; is the server running?"
    return str(error) or type(error).__name__


def _refused(error: InvalidStatus) -> Refused:
    status = error.response.status_code
    if status in (401, 403):
        return Refused(f"the server does not accept this token (HTTP {status}). Issue a new one")
    return Refused(f"the server answered HTTP {status}. Check the address")
