"""Asking for evaluations, reading them, calling them off, through the API."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect

from backend.db import notify
from backend.evaluations.service import MOST_WAITING
from backend.learner.repository import thin_checkpoints
from backend.models import Checkpoint, Evaluation, Robot
from backend.runs import repository as runs
from tests.fixtures.bridge import PATIENCE_S
from tests.fixtures.cell_rows import add_checkpoint
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_run

pytestmark = pytest.mark.asyncio


async def a_run(console: Console, versions: int = 3) -> UUID:
    run = await add_run(console.database)
    for version in range(1, versions + 1):
        await add_checkpoint(console.database, run.id, version, "0" * 64)
    return run.id


async def ask(client: httpx.AsyncClient, run_id: UUID, **body: Any) -> httpx.Response:
    return await client.post(f"/runs/{run_id}/evaluations", json=body)


async def listed(client: httpx.AsyncClient, run_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/runs/{run_id}/evaluations")).json()
    return found


async def change(console: Console, evaluation_id: str, **values: Any) -> None:
    """What the evaluator would do."""
    async with console.database.unit() as session:
        await session.execute(
            update(Evaluation).where(Evaluation.id == UUID(evaluation_id)).values(**values)
        )
        await notify(session, "evaluation", evaluation_id)


async def test_a_queued_evaluation_is_listed_with_who_asked(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    made = await ask(manager, run_id, version=2, starts=20, seed=3, with_expert=True)
    assert made.status_code == 201, made.text
    (item,) = (await listed(manager, run_id))["items"]
    assert item == made.json()
    shown = {name: item[name] for name in ("version", "regime", "starts", "seed", "state")}
    assert shown == {
        "version": 2, "regime": "critical", "starts": 20, "seed": 3, "state": "queued",
    }  # fmt: skip
    assert (item["with_base"], item["with_expert"], item["created_by"]) == (True, True, "manager")
    assert (item["progress"], item["standing"]["of"], item["report"]) == (0.0, 0, None)
    event = (await manager.get(f"/runs/{run_id}/events")).json()[-1]
    assert (event["action"], event["actor"]) == ("evaluation_asked", "manager")
    assert event["details"]["version"] == 2


async def test_without_a_version_the_one_that_plays_is_meant(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    assert (await ask(manager, run_id)).json()["version"] == 3
    async with console.database.unit() as session:
        await session.execute(
            update(Checkpoint).where(Checkpoint.version == 1).values(promoted=True)
        )
    assert (await ask(manager, run_id)).json()["version"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"starts": 9}, {"starts": 201}, {"seed": 900}, {"seed": -1}, {"version": 0},
        {"regime": "half"}, {"beside": True},
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused(console: Console, body: dict[str, Any]) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    answer = await ask(manager, run_id, **body)
    assert answer.status_code == 422
    assert next(iter(body)) in answer.json()["detail"]


async def test_what_is_not_there_is_one_sentence(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    answer = await ask(manager, run_id, version=9)
    assert (answer.status_code, "no checkpoint 9" in answer.json()["detail"]) == (404, True)
    for path in (f"/runs/{uuid4()}/evaluations", f"/runs/{run_id}/evaluations/{uuid4()}"):
        assert (await manager.get(path)).status_code == 404
        assert (await manager.delete(f"/runs/{run_id}/evaluations/{uuid4()}")).status_code == 404
    other = await a_run(console)
    made = (await ask(manager, run_id)).json()
    assert (await manager.get(f"/runs/{other}/evaluations/{made['id']}")).status_code == 404


async def test_a_run_that_has_published_nothing_says_so(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console, versions=0)
    assert (await listed(manager, run_id))["refused"] == "no_actor"
    answer = await ask(manager, run_id)
    assert answer.status_code == 409
    assert "published no actor yet" in answer.json()["detail"]


@pytest.mark.parametrize("how", ["practises", "has played"])
async def test_a_real_robot_must_be_played_by_hand(console: Console, how: str) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    assert (await listed(manager, run_id))["refused"] == ""
    robot_id, _ = await console.robot()
    changes: dict[str, Any] = {"kind": "real"}
    if how == "practises":
        changes["run_id"] = run_id
    else:
        await add_episode(console.database, robot_id, run_id=run_id)
    async with console.database.unit() as session:
        await session.execute(update(Robot).values(**changes))
    assert (await listed(manager, run_id))["refused"] == "real_robot"
    answer = await ask(manager, run_id)
    assert answer.status_code == 409
    assert "by hand" in answer.json()["detail"]


async def test_only_those_who_manage_runs_may(console: Console) -> None:
    operator, manager = await console.person("operator"), await console.person("manager")
    run_id = await a_run(console)
    assert (await ask(operator, run_id)).status_code == 403
    made = (await ask(manager, run_id)).json()
    path = f"/runs/{run_id}/evaluations/{made['id']}"
    assert (await operator.delete(path)).status_code == 403
    assert (await operator.get(path)).status_code == 200


async def test_one_that_waits_or_plays_can_be_called_off_and_no_other(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    for state in ("queued", "running"):
        made = (await ask(manager, run_id)).json()
        await change(console, made["id"], state=state, worker=uuid4())
        path = f"/runs/{run_id}/evaluations/{made['id']}"
        answer = await manager.delete(path)
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert answer.json()["ended_at"] is not None
        again = await manager.delete(path)
        assert (again.status_code, "is cancelled" in again.json()["detail"]) == (409, True)
    async with console.database.unit() as session:
        row = await session.get_one(Evaluation, UUID(made["id"]))
    assert row.worker is None
    actions = [one["action"] for one in (await manager.get(f"/runs/{run_id}/events")).json()]
    assert actions == ["evaluation_asked", "evaluation_cancelled"] * 2


async def test_attempts_come_with_one_and_not_with_the_list(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    made = (await ask(manager, run_id)).json()
    report, attempts = {"policies": {"base": {"episodes": 1}}}, {"base": [{"start": 0}]}
    await change(console, made["id"], state="finished", report=report, attempts=attempts)
    (item,) = (await listed(manager, run_id))["items"]
    assert item["report"] == report
    assert "attempts" not in item
    whole = (await manager.get(f"/runs/{run_id}/evaluations/{made['id']}")).json()
    assert whole == item | {"attempts": attempts}


async def test_too_many_do_not_pile_up(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    for _ in range(MOST_WAITING):
        assert (await ask(manager, run_id)).status_code == 201
    answer = await ask(manager, run_id)
    assert answer.status_code == 429
    assert "wait already" in answer.json()["detail"]


async def test_open_pages_of_the_run_follow_it(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console)
    socket = await console.open(
        connect(console.live_url, additional_headers=console.live_headers("manager"))
    )
    await socket.send(json.dumps({"type": "subscribe", "robots": [], "runs": [str(run_id)]}))
    await console.settled(lambda: run_id in console.app.state.live.subscribed_runs())
    made = (await ask(manager, run_id)).json()
    standing = {"done": 1, "of": 4, "seconds_left": 9.0, "policies": {"base": [1, 1]}}
    await change(console, made["id"], state="running", progress=0.25, standing=standing)
    seen: dict[str, Any] = {}
    async with asyncio.timeout(PATIENCE_S):
        # Changes in quick succession may come as one.
        while seen.get("state") != "running":
            message = json.loads(await socket.recv())
            if message["type"] == "evaluation":
                seen = message["evaluation"]
    assert (seen["id"], seen["standing"]) == (made["id"], standing)


async def test_what_was_evaluated_stays(console: Console) -> None:
    manager, run_id = await console.person("manager"), await a_run(console, versions=5)
    await ask(manager, run_id, version=3)
    async with console.database.unit() as session:
        await thin_checkpoints(session, run_id, keep=1)
        kept = {one.version for one in await runs.checkpoints(session, run_id)}
    # The first of its minute, the evaluated one, the newest.
    assert kept == {1, 3, 5}
