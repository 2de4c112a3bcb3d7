"""Orders to robots, end to end over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from backend.fleet import link
from backend.models import Command
from robot_bridge.protocol.messages import CommandKind
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_run


async def order(client: httpx.AsyncClient, robot: UUID, kind: str, **fields: Any) -> httpx.Response:
    body = {"id": str(uuid4()), "kind": kind} | fields
    return await client.post(f"/robots/{robot}/commands", json=body)


@pytest.mark.asyncio
async def test_arming_takes_two_orders_and_starting_announces_an_episode(console: Console) -> None:
    robot, bridge = await console.bridge()
    operator = await console.person("operator")
    assert (await operator.get(f"/robots/{robot}")).json()["waiting_for"] == "arm"
    for kind in ("clear_stop", "arm", "start_episode"):
        answer = await order(operator, robot, kind)
        assert answer.status_code == 200, answer.text
        assert answer.json()["ok"] is True
    started = bridge.commands[-1]
    assert started.args["regime"] == "critical"
    assert started.args["hand_off_at_start"] is True
    assert started.lease_epoch == 1
    item = (await operator.get(f"/robots/{robot}")).json()
    assert item["telemetry"]["activity"] == "episode"
    assert item["lease"] == {
        "holder": {"id": str(console.users["operator"]), "name": "operator"},
        "epoch": 1,
        "asking": None,
    }


@pytest.mark.asyncio
async def test_the_same_order_twice_is_carried_out_once(console: Console) -> None:
    robot, bridge = await console.bridge()
    operator = await console.person("operator")
    same = str(uuid4())
    answers = await asyncio.gather(
        *(order(operator, robot, "clear_stop", id=same) for _ in range(4))
    )
    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert len(bridge.commands) == 1
    await console.written()
    console.app.state.commands._given.clear()
    again = await order(operator, robot, "clear_stop", id=same)
    assert again.json()["ok"] is True
    assert len(bridge.commands) == 1


@pytest.mark.asyncio
async def test_every_order_leaves_a_row_and_an_audit_row(console: Console) -> None:
    robot, _ = await console.bridge()
    operator = await console.person("operator")
    answer = await order(operator, robot, "start_episode", frame_seen=7)
    assert answer.json()["ok"] is False
    await console.written()
    async with console.database.unit() as session:
        row = await session.get_one(Command, UUID(answer.json()["id"]))
    assert (row.ok, row.error, row.frame_seen) == (False, "not armed: clear, then arm", 7)
    event = (await operator.get("/audit")).json()["items"][0]
    assert (event["action"], event["actor"]) == ("command", "operator")
    assert event["details"]["kind"] == "start_episode"
    assert event["details"]["frame_seen"] == 7


@pytest.mark.asyncio
async def test_somebody_elses_lease_stops_every_order_but_stop(console: Console) -> None:
    robot, bridge = await console.bridge()
    ada, bob = await console.person("operator", "ada"), await console.person("operator", "bob")
    viewer = await console.person("viewer")
    await order(ada, robot, "clear_stop")
    refused = await order(bob, robot, "arm")
    assert refused.status_code == 409
    assert refused.json()["holder"]["name"] == "ada"
    assert (await order(viewer, robot, "arm")).status_code == 403
    for person in (bob, viewer):
        assert (await order(person, robot, "stop")).json()["ok"] is True
    assert [c.kind for c in bridge.commands] == [CommandKind.CLEAR_STOP, *[CommandKind.STOP] * 2]
    assert bridge.commands[-1].issued_by == "viewer"


@asynccontextmanager
async def database_away(console: Console) -> AsyncIterator[None]:
    """Every new transaction fails as it does when Postgres is down."""
    state = console.app.state
    real = state.database._sessions

    def refuse() -> None:
        raise OperationalError("select 1", {}, Exception("connection refused"))

    state.database._sessions = refuse
    try:
        yield
    finally:
        state.database._sessions = real


@pytest.mark.asyncio
async def test_stop_works_without_a_database_and_is_recorded_afterwards(console: Console) -> None:
    robot, bridge = await console.bridge()
    operator = await console.person("operator")
    await operator.get("/me")
    console.app.state.fleet.recorder._retry = 0.01
    async with database_away(console):
        stopped = await order(operator, robot, "stop")
        assert stopped.json()["ok"] is True
        label = {"id": str(uuid4()), "outcome": "success"}
        for answer in (
            await order(operator, robot, "clear_stop"),
            await operator.post(f"/episodes/{uuid4()}/labels", json=label),
        ):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
    assert [command.kind for command in bridge.commands] == [CommandKind.STOP]
    await console.written()
    async with console.database.unit() as session:
        row = await session.get_one(Command, UUID(stopped.json()["id"]))
    assert row.ok is True


@pytest.mark.asyncio
async def test_a_silent_bridge_is_said_so_and_the_order_may_be_given_anew(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "ANSWER_SECONDS", 0.05)
    robot, bridge = await console.bridge()
    operator = await console.person("operator")
    bridge.mute = True
    answer = await order(operator, robot, "clear_stop")
    assert answer.status_code == 503
    assert "did not answer" in answer.json()["detail"]
    bridge.mute = False
    monkeypatch.undo()
    assert (await order(operator, robot, "clear_stop")).json()["ok"] is True


@pytest.mark.asyncio
async def test_a_robot_without_a_bridge_is_said_so(console: Console) -> None:
    robot, _ = await console.robot()
    operator = await console.person("operator")
    answer = await order(operator, robot, "stop")
    assert answer.status_code == 503
    assert "not connected" in answer.json()["detail"]
    assert (await order(operator, uuid4(), "stop")).status_code == 404


@pytest.mark.asyncio
async def test_the_run_fills_in_what_an_episode_needs(console: Console) -> None:
    robot, bridge = await console.bridge()
    operator, manager = await console.person("operator"), await console.person("manager")
    run = await add_run(console.database, regime="full", config={"execute": 8})
    changed = await manager.patch(f"/robots/{robot}", json={"run_id": str(run.id)})
    assert changed.json()["run_id"] == str(run.id)
    await order(operator, robot, "start_episode", args={"seed": 5})
    args = bridge.commands[-1].args
    assert args == {
        "regime": "full",
        "run_id": str(run.id),
        "episode_id": None,
        "seed": 5,
        "explore": True,
        "hand_off_at_start": False,
        "delay": 3,
        "chunk": 8,
    }
    await manager.post(f"/runs/{run.id}/pause")
    paused = await order(operator, robot, "start_episode")
    assert paused.status_code == 409
    assert "is paused" in paused.json()["detail"]
