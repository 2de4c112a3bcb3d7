"""Health says which parts answer, to anybody."""

import pytest

from backend.db import Database
from tests.fixtures.console import Console


@pytest.mark.asyncio
async def test_parts_are_known_by_their_connections(console: Console, database_url: str) -> None:
    client = await console.client()
    answer = (await client.get("/health")).json()
    assert answer == {
        "status": "down",
        "parts": {
            "database": "ok", "rollout": "down", "learner": "down", "evaluator": "down",
            "robots": "ok",
        },
    }  # fmt: skip
    others = [Database(database_url, name=name) for name in ("rollout", "learner", "evaluator")]
    for other in others:
        await other.processes()
    console.app.state.health._known = None
    assert (await client.get("/health")).json()["status"] == "ok"
    for other in others:
        await other.close()


@pytest.mark.asyncio
async def test_a_robot_without_a_bridge_is_down(console: Console) -> None:
    await console.robot()
    client = await console.client()
    assert (await client.get("/health")).json()["parts"]["robots"] == "down"
