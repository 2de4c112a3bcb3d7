"""Small stand-ins for the web and rollout processes, for tests of the real bridge."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from robot_bridge.protocol.codec import Array, encode
from robot_bridge.protocol.messages import (
    Ack,
    Chunk,
    ChunkReport,
    Command,
    CommandKind,
    CommandResult,
    Drive,
    EpisodeEnd,
    EpisodeStart,
    Event,
    Heartbeat,
    Hello,
    Observation,
    Refused,
    Source,
    Telemetry,
    VideoFrame,
    Welcome,
    decode_control_up,
    decode_policy_up,
)

TOKEN = "a-test-token"
LIMIT_S = 20.0


class StandIn:
    """One listening socket; the newest connection counts."""

    def __init__(self) -> None:
        self.hellos: list[Hello] = []
        self.refusal: Refused | None = None
        self.silent = False
        self._server: Server | None = None
        self._ws: ServerConnection | None = None
        self._news = asyncio.Condition()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        self._server = await serve(self._handle, "127.0.0.1", port, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def kill(self) -> None:
        """Close as the kernel does for a killed process: no farewell."""
        if self._ws is not None:
            self._ws.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def send(self, message: msgspec.Struct) -> None:
        await self.until(lambda: self._ws is not None)
        assert self._ws is not None
        await self._ws.send(encode(message))

    async def until(self, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(LIMIT_S), self._news:
            await self._news.wait_for(true)

    async def note(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _handle(self, ws: ServerConnection) -> None:
        assert ws.request is not None
        assert ws.request.headers["Authorization"] == f"Bearer {TOKEN}"
        try:
            hello = self.decode(_binary(await ws.recv()))
            assert isinstance(hello, Hello)
            self.hellos.append(hello)
            if self.refusal is not None:
                await ws.send(encode(self.refusal))
                return
            welcome = Welcome(version=1, session_id=uuid4(), robot_id=uuid4(), heartbeat_ms=25)
            await ws.send(encode(welcome))
            self._ws = ws
            await self._serve(ws)
        except ConnectionClosed:
            return
        finally:
            if self._ws is ws:
                self._ws = None
            await self.note()

    async def _serve(self, ws: ServerConnection) -> None:
        beats = asyncio.create_task(self._beat(ws))
        await self.connected()
        try:
            while True:
                message = self.decode(_binary(await ws.recv()))
                await self.received(message)
                await self.note()
        finally:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)

    async def _beat(self, ws: ServerConnection) -> None:
        while True:
            if not self.silent:
                await ws.send(encode(Heartbeat(sent_ns=time.monotonic_ns())))
            await asyncio.sleep(0.025)

    async def connected(self) -> None:
        await self.note()

    def decode(self, data: bytes) -> Any:
        raise NotImplementedError

    async def received(self, message: Any) -> None:
        raise NotImplementedError


class WebStandIn(StandIn):
    """Takes events and telemetry, sends commands."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.results: dict[UUID, CommandResult] = {}
        self.telemetry: Telemetry | None = None
        self.frames: list[VideoFrame] = []
        self.ack_events = True
        self.epoch = 1

    def decode(self, data: bytes) -> Any:
        return decode_control_up(data)

    async def received(self, message: Any) -> None:
        if isinstance(message, Event):
            self.events.append(message)
            if self.ack_events:
                await self.send(Ack(id=message.id))
        elif isinstance(message, CommandResult):
            self.results[message.id] = message
        elif isinstance(message, Telemetry):
            self.telemetry = message
        elif isinstance(message, VideoFrame):
            self.frames.append(message)

    async def order(self, kind: CommandKind, **args: Any) -> CommandResult:
        """Send a command and wait for its answer."""
        command = Command(id=uuid4(), kind=kind, args=args, issued_by="ada", lease_epoch=self.epoch)
        return await self.repeat(command)

    async def repeat(self, command: Command) -> CommandResult:
        self.results.pop(command.id, None)
        await self.send(command)
        await self.until(lambda: command.id in self.results)
        return self.results[command.id]

    async def arm(self) -> None:
        assert (await self.order(CommandKind.CLEAR_STOP)).ok
        armed = await self.order(CommandKind.ARM)
        assert armed.ok, armed.error

    async def sees(self, true: Callable[[Telemetry], bool]) -> Telemetry:
        await self.until(lambda: self.telemetry is not None and true(self.telemetry))
        assert self.telemetry is not None
        return self.telemetry

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    async def drive(self, sequence: int, twist: tuple[float, ...]) -> None:
        x, y, z, a, b, c = twist
        await self.send(Drive(sequence=sequence, lease_epoch=self.epoch, twist=(x, y, z, a, b, c)))


class RolloutStandIn(StandIn):
    """Answers observations and keeps episodes as a rollout does: once per (episode, seq)."""

    def __init__(self, move: float = 0.001, axes: int = 6) -> None:
        super().__init__()
        self.observations: list[Observation] = []
        self.records: dict[UUID, dict[int, Any]] = {}
        self.repeats = 0
        self.answering = True
        self.acknowledging = True
        self.chunk = 10
        self.axes = axes
        self.move = move
        self.after_connect: Callable[[], Awaitable[None]] | None = None

    def decode(self, data: bytes) -> Any:
        return decode_policy_up(data)

    async def received(self, message: Any) -> None:
        if isinstance(message, Observation):
            self.observations.append(message)
            if self.answering:
                await self.send(self.answer(message))
        elif isinstance(message, EpisodeStart | ChunkReport | EpisodeEnd):
            episode = self.records.setdefault(message.episode_id, {})
            self.repeats += message.seq in episode
            episode.setdefault(message.seq, message)
            if isinstance(message, EpisodeEnd) and self.acknowledging:
                await self.send(Ack(id=message.episode_id))

    def answer(self, observation: Observation) -> Chunk:
        actions = np.zeros((self.chunk, self.axes), np.float32)
        actions[:, 2] = self.move
        return Chunk(
            episode_id=observation.episode_id,
            chunk_id=uuid4(),
            first_step=observation.step + observation.delay,
            actions=Array.of(actions),
            source=Source.RL if observation.rl else Source.BASE,
            policy_version=7 if observation.rl else 0,
            took_ms={"vla": 1.0},
        )

    def complete(self, episode_id: UUID) -> bool:
        messages = self.records.get(episode_id, {})
        ends = [seq for seq, message in messages.items() if isinstance(message, EpisodeEnd)]
        return bool(ends) and set(messages) == set(range(ends[0] + 1))

    def episode(self, episode_id: UUID) -> tuple[EpisodeStart, list[ChunkReport], EpisodeEnd]:
        messages = [self.records[episode_id][seq] for seq in sorted(self.records[episode_id])]
        return messages[0], messages[1:-1], messages[-1]


def _binary(data: str | bytes) -> bytes:
    assert isinstance(data, bytes)
    return data
