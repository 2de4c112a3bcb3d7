"""Runs, curves and checkpoints over HTTP."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.models import Checkpoint, MetricPoint, Run
from backend.rl.config import schema
from backend.runs import algorithms
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_label, add_rows, add_run

NEW = {"task_id": "ethernet"}


async def create(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    return await client.post("/runs", json=NEW | fields)


def test_the_stored_schema_is_the_learning_codes_own() -> None:
    stored = json.loads((algorithms.FOLDER / "rlt.json").read_text(encoding="utf-8"))
    assert stored == schema(), "write it anew: rlt schemas"


@pytest.mark.asyncio
async def test_a_run_is_made_complete_and_given_robots(console: Console) -> None:
    robot, _ = await console.robot()
    manager = await console.person("manager")
    made = await create(manager, name="night", config={"beta": 0.01}, robot_ids=[str(robot)])
    assert made.status_code == 201, made.text
    run = made.json()
    assert (run["number"], run["name"], run["state"]) == (1, "night", "running")
    assert run["config"]["beta"] == 0.01
    assert run["config"]["gamma"] == schema()["properties"]["gamma"]["default"]
    assert (run["created_by"], run["robot_ids"]) == ("manager", [str(robot)])
    fleet = console.app.state.fleet
    await console.settled(lambda: str(fleet.cells[robot].run_id) == run["id"])


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"task_id": "knitting"}, 404, "no task knitting"),
        ({"algorithm": "magic"}, 404, "no algorithm magic"),
        ({"config": {"betta": 1}}, 400, "no setting betta"),
        ({"config": {"gamma": 2}}, 400, "gamma must be between 0.9 and 1.0"),
        ({"config": {"chunk": 2.5}}, 400, "chunk must be a whole number"),
        ({"config": {"chunk": True}}, 400, "chunk must be a whole number"),
        ({"config": {"beta": "x"}}, 400, "beta must be a number"),
        ({"config": {"human_replaces_reference": 1}}, 400, "must be true or false"),
        ({"robot_ids": [str(uuid4())]}, 404, "does not exist"),
        ({"regime": "half"}, 422, "regime"),
        ({"seed": -1}, 422, "seed"),
    ],
)
@pytest.mark.asyncio
async def test_what_cannot_be_a_run_is_said(
    console: Console, fields: dict[str, Any], status: int, words: str
) -> None:
    manager = await console.person("manager")
    answer = await create(manager, **fields)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.asyncio
async def test_pausing_resuming_and_stopping(console: Console) -> None:
    run = await add_run(console.database)
    manager = await console.person("manager")

    async def steer(deed: str) -> tuple[int, str]:
        answer = await manager.post(f"/runs/{run.id}/{deed}")
        return answer.status_code, answer.json()["state"]

    assert await steer("resume") == (409, "running")
    assert await steer("pause") == (200, "paused")
    assert await steer("resume") == (200, "running")
    assert await steer("stop") == (200, "stopped")
    assert await steer("resume") == (409, "stopped")
    assert (await manager.get(f"/runs/{run.id}")).json()["ended_at"] is not None


@pytest.mark.asyncio
async def test_a_run_counts_its_episodes(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    run = await add_run(console.database)
    first = await add_episode(console.database, robot, run_id=run.id)
    await add_episode(console.database, robot, run_id=run.id)
    user = console.users["viewer"]
    await add_label(console.database, first, user, "failure")
    await add_label(console.database, first, user, "success", version=2)
    found = (await viewer.get("/runs", params={"task": "ethernet"})).json()[0]
    assert (found["episodes"], found["successes"], found["active_seconds"]) == (2, 1, 4.0)
    assert (await viewer.get("/runs", params={"task": "screw"})).json() == []


def checkpoint(run: Run, version: int) -> Checkpoint:
    return Checkpoint(
        id=uuid4(),
        run_id=run.id,
        version=version,
        actor_sha256="a" * 64,
        updates=version * 50,
        transitions=10,
        lock_sha256="b" * 64,
        metrics={},
    )


async def tuning_of(console: Console, run: Run) -> dict[str, object]:
    async with console.database.unit() as session:
        found = await session.get(Run, run.id)
    assert found is not None
    return found.tuning


@pytest.mark.asyncio
async def test_one_checkpoint_is_promoted_until_the_run_follows_again(console: Console) -> None:
    manager = await console.person("manager")
    run, other = await add_run(console.database), await add_run(console.database)
    one, two, foreign = checkpoint(run, 1), checkpoint(run, 2), checkpoint(other, 1)
    await add_rows(console.database, one, two, foreign)

    async def promoted() -> list[int]:
        rows = (await manager.get("/checkpoints", params={"run": str(run.id)})).json()
        return [row["version"] for row in rows if row["promoted"]]

    for chosen in (foreign, two, one):
        assert (await manager.post(f"/checkpoints/{chosen.id}/promote")).json()["promoted"] is True
    assert await promoted() == [1]
    shown = (await manager.get(f"/runs/{run.id}")).json()
    assert (shown["newest_version"], shown["promoted_version"]) == (2, 1)
    # Neither the newest nor another run's actor is something to go back to.
    assert await tuning_of(console, run) == {"back_to": 1, "times_back": 1}
    assert await tuning_of(console, other) == {}
    await manager.post(f"/runs/{run.id}/follow")
    assert await promoted() == []
    assert (await manager.get(f"/runs/{other.id}")).json()["promoted_version"] == 1


@pytest.mark.asyncio
async def test_curves_are_thinned_and_keep_their_newest_point(console: Console) -> None:
    viewer = await console.person("viewer")
    run = await add_run(console.database)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    points = [
        MetricPoint(run_id=run.id, name=name, at=at, updates=number, value=float(number))
        for number in range(100)
        for name in ("q_mean", "critic_loss")
    ]
    await add_rows(console.database, *points)
    path = f"/runs/{run.id}/metrics"
    series = (await viewer.get(path, params={"names": "q_mean,utd", "max_points": 10})).json()
    curves = series["series"]
    assert curves["utd"] == []
    assert len(curves["q_mean"]) == 10
    assert curves["q_mean"][-1][1:] == [at.timestamp(), 99, 99.0]
    newest = curves["q_mean"][-1][0]
    assert (await viewer.get(path, params={"since": newest})).json()["series"].keys() == {
        "critic_loss"
    }
    every = (await viewer.get(path)).json()["series"]
    assert {name: len(rows) for name, rows in every.items()} == {"q_mean": 100, "critic_loss": 100}


@pytest.mark.asyncio
async def test_the_form_of_an_algorithm(console: Console) -> None:
    viewer = await console.person("viewer")
    form = (await viewer.get("/runs/schema/rlt")).json()
    assert form["properties"]["beta"]["x-unit"] == "per z^2"
    assert form["properties"]["reference_speed"]["default"] == 1.5
    of_ethernet = (await viewer.get("/runs/schema/rlt", params={"task": "ethernet"})).json()
    assert of_ethernet["properties"]["reference_speed"]["default"] == 2.0
    assert (await viewer.get("/runs/schema/magic")).status_code == 404
