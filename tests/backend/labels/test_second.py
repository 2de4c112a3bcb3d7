"""Second opinions: who may give one, how agreement is told, and what is left to settle."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from backend.labels.agreement import kappa
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_label


def test_kappa_by_hand() -> None:
    # 20 both yes, 5 + 10 mixed, 15 both no: p_o = 0.7, p_e = 0.5·0.6 + 0.5·0.4 = 0.5
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("y", "y"), ("n", "n")]) == 1.0
    assert kappa([("y", "n"), ("n", "y")]) == -1.0
    assert kappa([("y", "y")]) is None
    assert kappa([]) is None


async def opine(
    client: httpx.AsyncClient, episode: UUID, outcome: str, **fields: Any
) -> httpx.Response:
    body = {"id": str(uuid4()), "episode_id": str(episode), "outcome": outcome} | fields
    return await client.post("/opinions", json=body)


async def queued(client: httpx.AsyncClient) -> list[str]:
    return [one["id"] for one in (await client.get("/opinions/queue")).json()["items"]]


@pytest.mark.asyncio
async def test_a_share_is_judged_again_without_seeing_the_label(console: Console) -> None:
    console.app.state.second_share = 1.0
    robot, _ = await console.robot()
    ada, bob = await console.person("labeller", "ada"), await console.person("labeller", "bob")
    judged = await add_episode(console.database, robot)
    await add_episode(console.database, robot)
    assert await queued(bob) == []
    await add_label(console.database, judged, console.users["ada"], "success")
    assert await queued(ada) == []
    items = (await bob.get("/opinions/queue")).json()["items"]
    assert [one["id"] for one in items] == [str(judged.id)]
    assert (items[0]["outcome"], items[0]["label"]) == (None, None)
    console.app.state.second_share = 0.0
    assert await queued(bob) == []
    console.app.state.second_share = 1.0
    assert (await opine(ada, judged.id, "success")).status_code == 409
    same = str(uuid4())
    assert (await opine(bob, judged.id, "failure", id=same)).status_code == 201
    assert (await opine(bob, judged.id, "failure", id=same)).status_code == 200
    assert await queued(bob) == []
    shown = (await ada.get("/episodes")).json()["items"][-1]
    assert (shown["id"], shown["outcome"]) == (str(judged.id), "success")


@pytest.mark.asyncio
async def test_disputes_last_until_a_later_label_settles_them(console: Console) -> None:
    robot, _ = await console.robot()
    bob = await console.person("labeller", "bob")
    await console.person("labeller", "ada")
    first, second = [await add_episode(console.database, robot) for _ in range(2)]
    for one in (first, second):
        await add_label(console.database, one, console.users["ada"], "success")
    await opine(bob, first.id, "failure", note="it fell out")
    await opine(bob, second.id, "success")
    (dispute,) = (await bob.get("/opinions/disputes")).json()
    assert (dispute["episode_id"], dispute["first"], dispute["second"]) == (
        str(first.id), "success", "failure",
    )  # fmt: skip
    assert (dispute["first_by"], dispute["second_by"], dispute["note"]) == (
        "Ada", "Bob", "it fell out",
    )  # fmt: skip
    found = (await bob.get("/opinions/agreement")).json()
    assert (found["opinions"], found["agreed"], found["kappa"]) == (2, 1, 0.0)
    assert found["table"] == {"success": {"failure": 1, "success": 1}}
    await add_label(console.database, first, console.users["ada"], "failure", version=2)
    assert (await bob.get("/opinions/disputes")).json() == []
    assert (await bob.get("/opinions/agreement")).json()["agreed"] == 1


@pytest.mark.asyncio
async def test_what_nobody_judged_gets_no_second_opinion(console: Console) -> None:
    robot, _ = await console.robot()
    bob, viewer = await console.person("labeller", "bob"), await console.person("viewer")
    episode = await add_episode(console.database, robot)
    assert (await opine(bob, episode.id, "success")).status_code == 404
    assert (await opine(viewer, episode.id, "success")).status_code == 403
