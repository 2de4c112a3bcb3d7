"""A bridge's control session from Hello to the end."""

import asyncio
import logging
import math
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Session
from backend.fleet.cells import Cell
from backend.fleet.hub import Fleet
from backend.fleet.link import BridgeLink, Socket
from backend.web.sessions import RobotIdentity
from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    PROTOCOL_VERSION,
    Ack,
    CommandResult,
    ControlUp,
    Event,
    Hello,
    Refused,
    Telemetry,
    VideoFrame,
    Welcome,
    decode_control_up,
)

log = logging.getLogger(__name__)

HELLO_SECONDS = 5.0
SILENCE_SECONDS = 0.6
"""A bridge speaks ten times a second; this much silence is a lost link."""
LOOK_SECONDS = 0.2


class BridgeSocket(Socket, Protocol):
    """A WebSocket that binary messages come out of."""

    async def receive_bytes(self) -> bytes:
        """The next message; raises when the other side is gone."""
        ...


class RefusedError(Exception):
    """The session does not stand."""

    def __init__(self, reason: str, advice: str) -> None:
        """Both are for the person who reads the bridge's log."""
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


async def serve(fleet: Fleet, identity: RobotIdentity, socket: BridgeSocket) -> None:
    """Hold one control session until either side ends it."""
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            hello = _hello(await socket.receive_bytes())
        cell = await _cell(fleet, identity)
        _check(cell, hello)
    except RefusedError as refused:
        await _refuse(socket, refused)
        return
    except TimeoutError:
        await _refuse(socket, RefusedError("no Hello came", "Send Hello at once."))
        return
    link = BridgeLink(socket, hello, fleet.heartbeat.total_seconds())
    welcome = Welcome(
        version=PROTOCOL_VERSION,
        session_id=uuid4(),
        robot_id=cell.id,
        heartbeat_ms=int(fleet.heartbeat.total_seconds() * 1000),
    )
    await socket.send_bytes(encode(welcome))
    fleet.connect(cell, link)
    log.info("%s connected", cell.name)
    try:
        await _run(fleet, cell, link, socket)
    finally:
        fleet.disconnect(cell, link)
        log.info("%s disconnected", cell.name)


async def _run(fleet: Fleet, cell: Cell, link: BridgeLink, socket: BridgeSocket) -> None:
    tasks = [
        asyncio.create_task(link.beat()),
        asyncio.create_task(link.write()),
        asyncio.create_task(link.failed.wait()),
        asyncio.create_task(_silence(link)),
        asyncio.create_task(_read(fleet, cell, link, socket)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, RefusedError):
            await _refuse(socket, result)
            return
    reasons = [task.exception() for task in done if not task.cancelled()]
    log.info("%s: control session ended: %s", cell.name, reasons)
    await link.close("the control session ended")


async def _read(fleet: Fleet, cell: Cell, link: BridgeLink, socket: BridgeSocket) -> None:
    while True:
        data = await socket.receive_bytes()
        link.heard_at = time.monotonic()
        try:
            message = decode_control_up(data)
        except ProtocolError as error:
            advice = "Update the bridge to the version of the console."
            raise RefusedError(str(error), advice) from error
        _handle(fleet, cell, link, message)


async def _silence(link: BridgeLink) -> None:
    """Return when the bridge has been silent at two looks in a row.

    One look is not enough: when this process itself was held up, what the bridge said meanwhile
    lies unread at the first look, and not at the second.
    """
    silent_before = False
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        silent = time.monotonic() - link.heard_at > SILENCE_SECONDS
        if silent and silent_before:
            return
        silent_before = silent


def _handle(fleet: Fleet, cell: Cell, link: BridgeLink, message: ControlUp) -> None:
    match message:
        case Telemetry():
            fleet.heard(cell, message)
        case VideoFrame():
            fleet.video.offer(cell.id, message, fleet.clock.monotonic())
        case CommandResult():
            link.answered(message)
        case Event():
            _record(fleet, cell, message)
        case Hello():
            raise RefusedError("a second Hello came", "Send Hello once, first.")
        case _:
            pass


def _record(fleet: Fleet, cell: Cell, event: Event) -> None:
    """Write an event as an audit row, and only then acknowledge it."""
    if event.episode_id is not None:
        cell.announced.add(event.episode_id)
    if event.kind == "episode_ended" and event.episode_id is not None:
        cell.last_ended = event.episode_id
        fleet.changed(cell.id)
    details = dict(event.details) | {"step": event.step, "robot": cell.name}
    if event.command_id is not None:
        details["command_id"] = str(event.command_id)
    entry = Entry(
        id=event.id,
        actor=event.issued_by or cell.name,
        action=event.kind,
        at=_moment(event.at, fleet.clock.now()),
        robot_id=cell.id,
        episode_id=event.episode_id,
        details=details,
    )

    async def job(session: Session) -> None:
        await audit.append(session, entry)

    def done() -> None:
        if cell.link is not None:
            cell.link.post(Ack(id=event.id))

    fleet.recorder.put(job, done)


def _moment(at: float, now: datetime) -> datetime:
    """A bridge's wall clock as a time that Postgres can store."""
    if not math.isfinite(at) or not 0 <= at < 2**33:
        return now
    return datetime.fromtimestamp(at, UTC)


def _hello(data: bytes) -> Hello:
    try:
        message = decode_control_up(data)
    except ProtocolError as error:
        raise RefusedError(
            str(error), "Update the bridge to the version of the console."
        ) from error
    if not isinstance(message, Hello):
        raise RefusedError("the first message was not Hello", "Send Hello first.")
    if PROTOCOL_VERSION not in message.versions:
        raise RefusedError(
            f"this bridge speaks protocol {', '.join(map(str, message.versions))}",
            f"Update the older side; the console speaks protocol {PROTOCOL_VERSION}.",
        )
    if message.session != "control":
        raise RefusedError(
            "this is the control session", "Send the policy session to the rollout process."
        )
    return message


async def _cell(fleet: Fleet, identity: RobotIdentity) -> Cell:
    if identity.id not in fleet.cells:
        await fleet.reload(identity.id)
    return fleet.cell(identity.id)


def _check(cell: Cell, hello: Hello) -> None:
    if hello.robot != cell.name:
        raise RefusedError(
            f"the token belongs to {cell.name}, not to {hello.robot}",
            "Use the token of this robot, or make one on the admin page.",
        )
    other = cell.link
    if other is not None and not other.failed.is_set():
        silent = time.monotonic() - other.heard_at
        if other.hello.boot_id != hello.boot_id and silent < SILENCE_SECONDS:
            raise RefusedError(
                f"another bridge is connected for {cell.name}",
                "Stop the other bridge, or give this one a robot of its own.",
            )


async def _refuse(socket: BridgeSocket, refused: RefusedError) -> None:
    log.warning("bridge refused: %s", refused.reason)
    with suppress(Exception):
        message = Refused(reason=refused.reason[:2000], advice=refused.advice)
        await socket.send_bytes(encode(message))
        await socket.close(1008, "refused")
