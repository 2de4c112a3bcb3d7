"""Handshakes that fail, peers that talk nonsense or fall silent."""

import asyncio
import logging
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from robot_bridge.control.clock import SystemClock
from robot_bridge.control.watchdog import Silence
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import Chunk, Hello, PolicyDown, Refused, Welcome
from robot_bridge.robots.fake.robot import spec_of
from robot_bridge.session import link as link_module
from robot_bridge.session.hello import hello
from robot_bridge.session.link import Link, LinkTarget
from robot_bridge.session.policy import PolicyPeer
from tests.robot_bridge.servers import TOKEN, RolloutStandIn

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "REFUSED_PAUSE_S", 0.02)
    monkeypatch.setattr(link_module, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(link_module, "LONGEST_PAUSE_S", 0.02)


class Heard:
    """A policy session with its news written down."""

    def __init__(self, port: int) -> None:
        self.lost: list[str] = []
        self.news = asyncio.Event()
        peer = PolicyPeer(chunk=self._chunk, begun=lambda episode: None, lost=self._lost)
        target = LinkTarget("policy", f"ws://127.0.0.1:{port}/policy", TOKEN)
        self.link: Link[PolicyDown] = Link(
            target, peer, greeting, SystemClock(), silence=Silence(1000)
        )
        self.task = asyncio.create_task(self.link.run())

    def _chunk(self, chunk: Chunk) -> None:
        raise AssertionError("no chunk was sent")

    def _lost(self, why: str) -> None:
        self.lost.append(why)
        self.news.set()

    async def next_loss(self) -> str:
        async with asyncio.timeout(10):
            await self.news.wait()
        self.news.clear()
        return self.lost[-1]

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def greeting() -> Hello:
    from uuid import UUID

    return hello(
        spec_of("ethernet"),
        session="policy",
        robot="r1",
        boot_id=UUID(int=1),
        tasks=("ethernet",),
        renderer="",
    )


async def test_a_refusal_is_shown_once_with_its_advice(caplog: pytest.LogCaptureFixture) -> None:
    rollout = RolloutStandIn()
    rollout.refusal = Refused(reason="wrong cameras", advice="mount the wrist camera")
    await rollout.start()
    with caplog.at_level(logging.WARNING, "bridge.session"):
        heard = Heard(rollout.port)
        await rollout.until(lambda: len(rollout.hellos) >= 4)
    assert [r.message for r in caplog.records if "mount the wrist camera" in r.message] == [
        "policy session: refused: wrong cameras. mount the wrist camera"
    ]
    rollout.refusal = None
    before = len(rollout.hellos)
    await rollout.until(lambda: heard.link.is_open and len(rollout.hellos) > before)
    await heard.close()
    await rollout.kill()


async def test_a_token_that_is_not_accepted_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    tries = asyncio.Semaphore(0)

    def deny(connection: ServerConnection, request: Request) -> Response:
        tries.release()
        return connection.respond(401, "no")

    async with serve(lambda ws: ws.wait_closed(), "127.0.0.1", 0, process_request=deny) as server:
        heard = Heard(next(iter(server.sockets)).getsockname()[1])
        for _ in range(4):
            await tries.acquire()
        await heard.close()
    said = [r.message for r in caplog.records if "does not accept this token" in r.message]
    assert len(said) == 1


@pytest.mark.parametrize("nonsense", [b"\x00\xff", b"\x81\xa4type\xa5bogus", "text", b""])
async def test_nonsense_ends_the_session_and_nothing_else(nonsense: bytes | str) -> None:
    from uuid import uuid4

    async def talk(ws: ServerConnection) -> None:
        await ws.recv()
        welcome = Welcome(version=1, session_id=uuid4(), robot_id=uuid4(), heartbeat_ms=25)
        await ws.send(encode(welcome))
        await ws.send(nonsense)
        await ws.wait_closed()

    async with serve(talk, "127.0.0.1", 0) as server:
        heard = Heard(next(iter(server.sockets)).getsockname()[1])
        first = await heard.next_loss()
        await heard.next_loss()
        assert "message" in first or "frame" in first
        assert not heard.task.done()
        await heard.close()


async def test_a_server_of_another_version_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    from uuid import uuid4

    greeted = asyncio.Semaphore(0)

    async def talk(ws: ServerConnection) -> None:
        await ws.recv()
        welcome = Welcome(version=2, session_id=uuid4(), robot_id=uuid4(), heartbeat_ms=25)
        await ws.send(encode(welcome))
        await ws.wait_closed()
        greeted.release()

    async with serve(talk, "127.0.0.1", 0) as server:
        heard = Heard(next(iter(server.sockets)).getsockname()[1])
        await greeted.acquire()
        await greeted.acquire()
        await heard.close()
    assert heard.lost == []
    assert "Install matching versions" in caplog.text


async def test_a_server_that_hangs_is_left_and_dialled_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(link_module, "SILENT_CLOSE_S", 0.3)
    rollout = RolloutStandIn()
    rollout.silent = True
    await rollout.start()
    heard = Heard(rollout.port)
    assert "nothing heard" in await heard.next_loss()
    rollout.silent = False
    await rollout.until(lambda: len(rollout.hellos) >= 2 and heard.link.is_open)
    await heard.close()
    await rollout.kill()
