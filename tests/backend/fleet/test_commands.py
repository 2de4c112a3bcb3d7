"""Orders to robots, end to end over real sockets."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from backend.models import AuditEvent, Command
from tests.fixtures.console import Console


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
    }
