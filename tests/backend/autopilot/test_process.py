"""The automatic operator against a running console and a bridge on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from backend.accounts.schemas import NewToken
from backend.autopilot.process import run
from backend.web.sessions import Credential, Identity, digest
from robot_bridge.protocol.messages import Activity, CommandKind, Phase
from tests.fixtures.bridge import FakeBridge
from tests.fixtures.console import Console


@asynccontextmanager
async def autopilot(console: Console, *robots: str) -> AsyncIterator[None]:
    """Runs beside the block."""
    await console.person("operator", "autopilot", kind="automatic")
    accounts = console.app.state.accounts
    actor: Identity = await accounts.person(
        Credential("session", digest(console.secrets["autopilot"]))
    )
    async with console.database.unit() as session:
        new = NewToken(name="t", user_id=actor.id)
        _, secret = await accounts.add_token(session, actor, new)
    task = asyncio.create_task(run(console.url, secret, robots))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def started(bridge: FakeBridge) -> None:
    await bridge.until(lambda: bridge.state.activity is Activity.EPISODE)


async def labels(console: Console) -> list[dict[str, Any]]:
    viewer = await console.client()
    viewer.headers["Cookie"] = console.live_headers("autopilot")["Cookie"]
    rows: list[dict[str, Any]] = (await viewer.get("/audit")).json()["items"]
    return [row for row in rows if row["action"] == "label"]


@pytest.mark.asyncio
async def test_it_arms_starts_and_judges_by_how_the_world_ended(console: Console) -> None:
    _, bridge = await console.bridge()
    async with autopilot(console, "cell-a"):
        await started(bridge)
        kinds = [command.kind.value for command in bridge.commands]
        assert kinds == ["clear_stop", "arm", "set_auto_end", "start_episode"]
        first = await bridge.end("success")
        await started(bridge)
        second = await bridge.end("jammed")
        await started(bridge)
        live = console.app.state.fleet.cells
        (cell,) = live.values()
        await console.settled(lambda: first in cell.labelled and second in cell.labelled)
    found = {row["episode_id"]: row["details"] for row in await labels(console)}
    assert found[str(first)]["outcome"] == "success"
    assert found[str(second)] | {"outcome": "failure", "reason": "jammed"} == found[str(second)]
    assert all(row["automatic"] for row in found.values())


@pytest.mark.asyncio
async def test_it_leaves_other_robots_and_a_persons_stop_alone(console: Console) -> None:
    _, other = await console.bridge("cell-b")
    robot, bridge = await console.bridge("cell-a")
    async with autopilot(console, "cell-a"):
        await started(bridge)
        given = len(bridge.commands)
        stop = {"phase": Phase.STOPPED, "armed": False, "stop_reason": "stopped by ada"}
        await bridge.tell(activity=Activity.IDLE, episode_id=None, **stop)
        await console.settled(lambda: console.app.state.fleet.cells[robot].last_ended is not None)
        # A state later than the stop has reached the autopilot when it presses on after another.
        await bridge.tell(stop_reason="the policy session was lost: gone")
        await bridge.until(lambda: len(bridge.commands) > given)
        assert bridge.commands[given].kind is CommandKind.CLEAR_STOP
    assert other.commands == []


@pytest.mark.asyncio
async def test_it_goes_on_after_the_live_socket_is_lost(console: Console) -> None:
    _, bridge = await console.bridge()
    async with autopilot(console, "cell-a"):
        await started(bridge)
        console.app.state.live.end(lambda _: True)
        await console.settled(lambda: not console.app.state.live.clients)
        await bridge.end("broken")
        await started(bridge)
        assert len(bridge.commands) == 5
