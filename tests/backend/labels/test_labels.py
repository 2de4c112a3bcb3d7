"""Judging episodes over HTTP."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from robot_bridge.protocol.messages import Activity, CommandKind
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode


async def judge(
    client: httpx.AsyncClient, episode: UUID, outcome: str = "success", **fields: Any
) -> httpx.Response:
    body = {"id": str(uuid4()), "outcome": outcome} | fields
    return await client.post(f"/episodes/{episode}/labels", json=body)


@pytest.mark.asyncio
async def test_a_double_click_is_one_label(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    episode = await add_episode(console.database, robot)
    same = str(uuid4())
    answers = await asyncio.gather(*(judge(ada, episode.id, id=same) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    other = await add_episode(console.database, robot)
    assert (await judge(ada, other.id, id=same)).status_code == 409


@pytest.mark.asyncio
async def test_an_older_view_is_refused_with_the_other_persons_label(console: Console) -> None:
    robot, _ = await console.robot()
    ada, bob = await console.person("labeller", "ada"), await console.person("operator", "bob")
    episode = await add_episode(console.database, robot)
    assert (await judge(ada, episode.id, "failure", reason="jammed")).json()["version"] == 1
    refused = await judge(bob, episode.id, "success")
    assert refused.status_code == 409
    assert refused.json()["label"]["labeller"]["name"] == "ada"
    assert refused.json()["label"]["outcome"] == "failure"
    assert (await judge(bob, episode.id, "success", seen_version=1)).json()["version"] == 2
    detail = (await ada.get("/episodes")).json()["items"][0]
    assert (detail["outcome"], detail["label"]["version"]) == ("success", 2)


@pytest.mark.asyncio
async def test_of_many_at_once_with_the_same_view_one_wins(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    episode = await add_episode(console.database, robot)
    answers = await asyncio.gather(*(judge(ada, episode.id) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


@pytest.mark.asyncio
async def test_undo_restores_what_was_said_before_and_then_says_nothing(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    episode = await add_episode(console.database, robot)

    async def undo(label: str) -> dict[str, Any]:
        body = {"id": str(uuid4()), "label_id": label}
        answer = await ada.post(f"/episodes/{episode.id}/labels/undo", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["label"]
        return found

    async def outcome() -> str | None:
        items = (await ada.get("/episodes")).json()["items"]
        found: str | None = items[0]["outcome"]
        return found

    first = (await judge(ada, episode.id, "success")).json()["label"]
    withdrawn = await undo(first["id"])
    assert withdrawn["undone"] is True
    assert await outcome() is None
    again = await undo(withdrawn["id"])
    assert (again["outcome"], again["version"], await outcome()) == ("success", 3, "success")
    changed = (await judge(ada, episode.id, "failure", seen_version=3)).json()["label"]
    assert (await undo(changed["id"]))["outcome"] == "success"
    stale = {"id": str(uuid4()), "label_id": first["id"]}
    answer = await ada.post(f"/episodes/{episode.id}/labels/undo", json=stale)
    assert answer.status_code == 409


@pytest.mark.asyncio
async def test_a_judgement_ends_the_episode_that_is_under_way(console: Console) -> None:
    robot, bridge = await console.bridge()
    ada = await console.person("labeller", "ada")
    episode = uuid4()
    await bridge.tell(activity=Activity.EPISODE, episode_id=episode, armed=True, step=40)
    fleet = console.app.state.fleet
    await console.settled(lambda: fleet.live_robot(episode) is not None)
    assert (await judge(ada, episode, "success", step=40)).status_code == 201
    await bridge.until(lambda: bridge.commands)
    (end,) = bridge.commands
    assert (end.kind, end.args, end.issued_by) == (
        CommandKind.END_EPISODE,
        {"ended_by": "label"},
        "ada",
    )
    await console.settled(lambda: fleet.live_robot(episode) is None)
    item = (await ada.get(f"/robots/{robot}")).json()
    assert item["waiting_for"] != "label"


@pytest.mark.asyncio
async def test_end_episode_false_leaves_it_running(console: Console) -> None:
    _, bridge = await console.bridge()
    ada = await console.person("labeller", "ada")
    episode = uuid4()
    await bridge.tell(activity=Activity.EPISODE, episode_id=episode)
    fleet = console.app.state.fleet
    await console.settled(lambda: fleet.live_robot(episode) is not None)
    assert (await judge(ada, episode, end_episode=False)).status_code == 201
    await console.written()
    assert bridge.commands == []


@pytest.mark.asyncio
async def test_an_announced_episode_may_be_judged_before_its_row_even_after_a_restart(
    console: Console,
) -> None:
    _, bridge = await console.bridge()
    ada = await console.person("labeller", "ada")
    episode = uuid4()
    announced = await bridge.event("episode_started", episode_id=episode)
    await bridge.until(lambda: announced in bridge.acked)
    console.app.state.fleet.cells.clear()
    assert (await judge(ada, episode)).status_code == 201
    assert (await judge(ada, uuid4())).status_code == 404


@pytest.mark.asyncio
async def test_automatic_accounts_labels_are_marked(console: Console) -> None:
    robot, _ = await console.robot()
    episode = await add_episode(console.database, robot)
    program = await console.person("labeller", "autopilot", kind="automatic")
    assert (await judge(program, episode.id)).json()["label"]["automatic"] is True


@pytest.mark.parametrize("role", ["viewer"])
@pytest.mark.asyncio
async def test_a_viewer_may_not_judge(console: Console, role: str) -> None:
    robot, _ = await console.robot()
    episode = await add_episode(console.database, robot)
    answer = await judge(await console.person(role), episode.id)
    assert answer.status_code == 403
    assert "needs the permission 'label'" in answer.json()["detail"]


@pytest.mark.asyncio
async def test_the_queue_is_oldest_first_without_what_others_look_at(console: Console) -> None:
    robot, _ = await console.robot()
    ada, bob = await console.person("labeller", "ada"), await console.person("labeller", "bob")
    first, second, third = [await add_episode(console.database, robot) for _ in range(3)]
    await judge(ada, second.id)

    async def waiting(client: httpx.AsyncClient) -> list[str]:
        queue = (await client.get("/labels/queue", params={"robot": str(robot)})).json()
        assert queue["total"] == 2
        return [item["id"] for item in queue["items"]]

    assert await waiting(ada) == [str(first.id), str(third.id)]
    reserve = f"/labels/queue/{first.id}/reserve"
    assert (await ada.post(reserve)).status_code == 204
    taken = await bob.post(reserve)
    assert taken.status_code == 409
    assert taken.json()["holder"]["name"] == "Ada"
    assert await waiting(bob) == [str(third.id)]
    assert await waiting(ada) == [str(first.id), str(third.id)]
