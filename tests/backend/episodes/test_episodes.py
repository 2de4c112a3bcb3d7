"""Episodes over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.fixtures.console import Console
from tests.fixtures.episodes import (
    NOON,
    add_episode,
    add_label,
    add_recorded,
    add_run,
    add_user,
)


@pytest.mark.asyncio
async def test_pages_go_from_newest_to_oldest(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    for _ in range(5):
        await add_episode(console.database, robot)
    first = (await viewer.get("/episodes", params={"limit": 3})).json()
    assert [item["number"] for item in first["items"]] == [5, 4, 3]
    rest = (await viewer.get("/episodes", params={"before": first["next_before"]})).json()
    assert [item["number"] for item in rest["items"]] == [2, 1]
    assert rest["next_before"] is None


@pytest.mark.asyncio
async def test_filters_by_everything(console: Console) -> None:
    a, _ = await console.robot("a")
    b, _ = await console.robot("b")
    ada = await console.person("labeller", "ada")
    run = await add_run(console.database)
    one = await add_episode(console.database, a, run_id=run.id)
    two = await add_episode(console.database, b, regime="full")
    three = await add_episode(console.database, b, ended_at=NOON + timedelta(hours=1))
    four = await add_episode(console.database, b)
    user = console.users["ada"]
    await add_label(console.database, one, user, "success")
    await add_label(console.database, two, user, "failure")
    await add_label(console.database, two, user, "discard", version=2)
    await add_label(console.database, three, user, "discard", reason="undone")
    later = (NOON + timedelta(minutes=1)).isoformat()
    for query, expected in (
        ({"run": str(run.id)}, [1]),
        ({"robot": str(a)}, [1]),
        ({"robot": str(b)}, [4, 3, 2]),
        ({"task": "screw"}, []),
        ({"regime": "full"}, [2]),
        ({"outcome": "success"}, [1]),
        ({"outcome": "failure"}, []),
        ({"outcome": "discard"}, [2]),
        ({"outcome": "unlabelled"}, [4, 3]),
        ({"from": later}, [3]),
        ({"to": later, "robot": str(b)}, [4, 2]),
    ):
        found = (await ada.get("/episodes", params=query)).json()["items"]
        assert [item["number"] for item in found] == expected, query
    assert four.number == 4


@pytest.mark.asyncio
async def test_the_detail_reads_phases_pictures_and_curves(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    store = console.app.state.store
    episode = await add_recorded(console.database, store, robot, steps=450, critical_steps=390)
    detail = (await viewer.get(f"/episodes/{episode.id}")).json()
    assert detail["active_seconds"] == 7.8
    assert [part["phase"] for part in detail["segments"]] == ["base", "rl"]
    assert detail["frames"] == {"wrist": list(range(0, 450, 50)), "base": [4]}
    signals = detail["signals"]
    assert signals["names"] == ["force_norm", "tcp_x", "tcp_y", "tcp_z"]
    assert signals["rows"][1] == [3, [5.0, 0.0, 0.0, 3.0]]
    assert len(signals["rows"]) <= 200


@pytest.mark.parametrize(
    ("camera", "step", "expected"),
    [
        ("wrist", 0, b"wrist 0"),
        ("wrist", 49, b"wrist 0"),
        ("wrist", 50, b"wrist 50"),
        ("wrist", 9999, b"wrist 400"),
        ("base", 0, b"base 4"),
    ],
)
@pytest.mark.asyncio
async def test_the_nearest_picture_at_or_before_a_step(
    console: Console, camera: str, step: int, expected: bytes
) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    episode = await add_recorded(console.database, console.app.state.store, robot)
    answer = await viewer.get(f"/episodes/{episode.id}/frames/{camera}/{step}.jpg")
    assert answer.content == expected
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.asyncio
async def test_what_is_missing_is_said_in_words(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    lost = await add_episode(console.database, robot)
    recorded = await add_recorded(console.database, console.app.state.store, robot)
    for path, words in (
        (f"/episodes/{uuid4()}", "no such episode"),
        (f"/episodes/{lost.id}", "gone from the data folder"),
        (f"/episodes/{recorded.id}/frames/roof/1.jpg", "no pictures of the camera roof"),
        (f"/episodes/{uuid4()}/frames/wrist/1.jpg", "no such episode"),
    ):
        answer = await viewer.get(path)
        assert answer.status_code == 404
        assert words in answer.json()["detail"]


@pytest.mark.asyncio
async def test_filters_that_reports_lead_to(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("viewer")
    ada, bob = [await add_user(console.database, name) for name in ("ada", "bob")]
    base = await add_episode(console.database, robot)
    taken = await add_episode(console.database, robot, interventions=2, policy_version=12)
    late = await add_episode(console.database, robot, policy_version=19)
    await add_label(console.database, base, ada.id, "success")
    await add_label(console.database, taken, ada.id, "success")
    await add_label(console.database, taken, bob.id, "failure", version=2)
    for query, expected in (
        ({"labeller": str(ada.id)}, [base]),
        ({"labeller": str(bob.id)}, [taken]),
        ({"policy": 12}, [taken]),
        ({"policy": 10, "policy_to": 19}, [late, taken]),
        ({"policy": 0}, [base]),
        ({"taken_over": True}, [taken]),
        ({"taken_over": False}, [late, base]),
        ({"corrected": True}, [taken]),
    ):
        found = (await viewer.get("/episodes", params=query)).json()["items"]
        assert [one["id"] for one in found] == [str(one.id) for one in expected], query
