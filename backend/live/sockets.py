"""The live socket and the video socket of one page."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import msgspec
import orjson

from backend.errors import ConsoleError
from backend.fleet.hub import Fleet
from backend.fleet.video import Viewer, Wish, pack
from backend.live.clients import Client
from backend.live.hub import LiveHub, encode
from backend.live.schemas import (
    DriveWish,
    LiveUp,
    Presence,
    StreamWish,
    Subscribe,
    decode_live,
    decode_video,
)
from backend.web.deps import check
from backend.web.permissions import Permission
from robot_bridge.protocol.messages import Drive

SEND_SECONDS = 2.0
MOST_TEXT = 64 * 1024
MOST_MISTAKES = 20


class PageSocket(Protocol):
    """What is needed of a WebSocket."""

    async def receive_text(self) -> str:
        """The next message; raises when the page is gone."""
        ...

    async def send_text(self, data: str) -> None:
        """Send one text message."""
        ...

    async def send_bytes(self, data: bytes) -> None:
        """Send one binary message."""
        ...


async def until_first(*jobs: Coroutine[Any, Any, object]) -> None:
    """Run all until one ends; then end the others. What ended it is not an error of ours."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class LivePage:
    """One live socket."""

    def __init__(self, fleet: Fleet, hub: LiveHub, client: Client, socket: PageSocket) -> None:
        """The socket is accepted."""
        self._fleet = fleet
        self._hub = hub
        self._client = client
        self._socket = socket
        self._mistakes = 0

    async def run(self, boot: UUID) -> None:
        """Until the page goes, stalls, or its session ends."""
        now = self._fleet.clock.now().isoformat()
        self._client.fact(encode("hello", server_time=now, boot=boot))
        self._hub.join(self._client)
        try:
            await until_first(self._read(), self._write(), self._client.overrun.wait())
        finally:
            self._hub.leave(self._client)

    async def _write(self) -> None:
        while True:
            message = await self._client.next()
            async with asyncio.timeout(SEND_SECONDS):
                await self._socket.send_text(message.decode())

    async def _read(self) -> None:
        while self._mistakes < MOST_MISTAKES:
            text = await self._socket.receive_text()
            try:
                if len(text) > MOST_TEXT:
                    raise msgspec.ValidationError("the message is too long")
                self._handle(decode_live.decode(text))
            except (msgspec.DecodeError, ValueError) as error:
                self._mistakes += 1
                self._client.fact(encode("problem", detail=f"Message not understood: {error}."))
            except ConsoleError as error:
                self._client.fact(encode("problem", detail=error.detail, status=error.status))

    def _handle(self, message: LiveUp) -> None:
        person = self._client.identity
        match message:
            case Subscribe():
                self._client.subscribe(message.robots, message.runs)
                self._hub.show_robots(self._client)
            case Presence():
                self._fleet.present(person.id)
                self._client.state("heard", encode("heard", sent=message.sent))
            case DriveWish():
                check(person, Permission.DRIVE)
                self._drive(message)

    def _drive(self, message: DriveWish) -> None:
        cell = self._fleet.cell(message.robot)
        drive = Drive(sequence=message.sequence, lease_epoch=cell.lease.epoch, twist=message.twist)
        if not self._fleet.drive(cell, self._client.identity.id, self._client, drive):
            refused = encode("drive_refused", robot=cell.id, sequence=message.sequence)
            self._client.state(("drive", cell.id), refused)


class VideoPage:
    """One video socket."""

    def __init__(self, fleet: Fleet, socket: PageSocket) -> None:
        """The socket is accepted."""
        self._fleet = fleet
        self._socket = socket
        self._viewer = Viewer()

    async def run(self, ended: asyncio.Event) -> None:
        """Until the page goes or stalls, or its session ends."""
        self._fleet.video.join(self._viewer)
        try:
            await until_first(self._read(), self._write(), ended.wait())
        finally:
            self._fleet.video.leave(self._viewer)

    async def _read(self) -> None:
        while True:
            text = await self._socket.receive_text()
            try:
                wish = decode_video.decode(text[:MOST_TEXT])
            except msgspec.DecodeError as error:
                await self._say({"type": "problem", "detail": f"Message not understood: {error}."})
                continue
            self._viewer.want([_wish(one) for one in wish.streams])
            streams = [
                {"index": index, "robot": one.robot, "camera": one.camera}
                for index, one in enumerate(wish.streams)
            ]
            await self._say({"type": "streams", "streams": streams})
            self._fleet.video.refresh()

    async def _say(self, message: dict[str, Any]) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._socket.send_text(orjson.dumps(message).decode())

    async def _write(self) -> None:
        while True:
            for index, frame in (await self._viewer.take()).items():
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send_bytes(pack(index, frame, time.time()))


def _wish(one: StreamWish) -> Wish:
    return Wish(one.robot, one.camera, one.width, one.height, one.fps)


async def close_quietly(closing: Coroutine[Any, Any, None]) -> None:
    """Close a socket that may be gone already."""
    with suppress(Exception):
        async with asyncio.timeout(SEND_SECONDS):
            await closing
