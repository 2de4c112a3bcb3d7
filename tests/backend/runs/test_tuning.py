"""Changing a run while it goes on, and what its line of time shows of it."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from backend.audit import repository as audit
from backend.audit.repository import Entry
from tests.fixtures.console import Console
from tests.fixtures.episodes import NOON, add_episode, add_run

pytestmark = pytest.mark.asyncio


async def tune(client: httpx.AsyncClient, run_id: UUID, **changes: Any) -> httpx.Response:
    return await client.patch(f"/runs/{run_id}/tuning", json=changes)


async def events(client: httpx.AsyncClient, run_id: UUID, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/runs/{run_id}/events", params=query)).json()
    return found


async def test_changes_add_up_and_null_goes_back_to_the_configuration(console: Console) -> None:
    manager = await console.person("manager")
    run = await add_run(console.database)
    made = await tune(manager, run.id, beta=0.01, actor_frozen=True)
    assert made.status_code == 200, made.text
    assert made.json()["tuning"] == {
        "beta": 0.01, "exploration_chunk": None, "exploration_step": None,
        "learning_paused": False, "actor_frozen": True,
    }  # fmt: skip
    await tune(manager, run.id, exploration_step=0, actor_frozen=False)
    again = (await tune(manager, run.id, beta=None)).json()
    assert again["tuning"]["beta"] is None
    assert again["tuning"]["exploration_step"] == 0.0
    assert again["tuning"]["actor_frozen"] is False
    assert again["config"] == run.config


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"beta": 2.0}, 400, "beta must be between 0.0 and 1.0"),
        ({"exploration_chunk": -1}, 400, "exploration_chunk must be between"),
        ({"gamma": 0.9}, 422, "gamma"),
        ({"learning_paused": "perhaps"}, 422, "learning_paused"),
        ({}, 400, "Nothing to change"),
    ],
)
async def test_what_cannot_be_tuned_is_said(
    console: Console, changes: dict[str, Any], status: int, words: str
) -> None:
    manager = await console.person("manager")
    run = await add_run(console.database)
    answer = await tune(manager, run.id, **changes)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


async def test_a_run_that_has_ended_is_not_tuned(console: Console) -> None:
    manager = await console.person("manager")
    run = await add_run(console.database, state="stopped")
    answer = await tune(manager, run.id, beta=0.01)
    assert answer.status_code == 409
    assert "nothing learns" in answer.json()["detail"]


async def test_only_those_who_manage_runs_may(console: Console) -> None:
    operator = await console.person("operator")
    run = await add_run(console.database)
    assert (await tune(operator, run.id, beta=0.01)).status_code == 403


async def test_each_change_is_in_the_audit_once_with_what_was_before(console: Console) -> None:
    manager = await console.person("manager")
    run = await add_run(console.database)
    await tune(manager, run.id, beta=0.01, actor_frozen=True)
    await tune(manager, run.id, beta=0.02, actor_frozen=True)
    await tune(manager, run.id, beta=0.02)
    first, second = await events(manager, run.id)
    assert (first["action"], first["actor"]) == ("run_tuned", "manager")
    assert first["details"]["before"] == {"beta": None, "actor_frozen": None}
    assert first["details"]["after"] == {"beta": 0.01, "actor_frozen": True}
    assert second["details"]["before"] == {"beta": 0.01}
    assert second["details"]["after"] == {"beta": 0.02}


async def test_the_line_of_time_has_this_runs_hand_offs_take_overs_and_labels(
    console: Console,
) -> None:
    viewer = await console.person("viewer")
    robot, _ = await console.robot()
    run, other = await add_run(console.database), await add_run(console.database)
    ours = await add_episode(console.database, robot, run_id=run.id)
    theirs = await add_episode(console.database, robot, run_id=other.id)
    told = [
        (ours.id, "phase_changed", {"to": "rl", "why": "chunk boundary"}),
        (ours.id, "phase_changed", {"to": "base", "why": "chunk boundary"}),
        (ours.id, "phase_changed", {"to": "human", "why": "take over"}),
        (theirs.id, "phase_changed", {"to": "human", "why": "take over"}),
        (ours.id, "label", {"outcome": "success"}),
        (ours.id, "episode_ended", {"ended_by": "label"}),
        (None, "run_paused", {"run_id": str(run.id)}),
        (None, "run_paused", {"run_id": str(other.id)}),
    ]
    async with console.database.unit() as session:
        for episode_id, action, details in told:
            entry = Entry(
                actor="ada", action=action, at=NOON, episode_id=episode_id, details=details
            )
            await audit.append(session, entry)
    found = await events(viewer, run.id)
    assert [(row["action"], row["details"].get("to")) for row in found] == [
        ("phase_changed", "rl"),
        ("phase_changed", "human"),
        ("label", None),
        ("run_paused", None),
    ]
    assert [row["action"] for row in await events(viewer, run.id, limit=1)] == ["run_paused"]
