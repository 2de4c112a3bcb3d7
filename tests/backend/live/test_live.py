"""What open pages are told."""

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from backend.db import notify
from backend.live.clients import MOST_WAITING, Client
from backend.live.sockets import MOST_MISTAKES
from backend.models import Checkpoint, MetricPoint
from backend.web.sessions import Credential, digest
from robot_bridge.protocol.messages import Phase
from tests.fixtures.bridge import PATIENCE_S
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_label, add_rows, add_run

if TYPE_CHECKING:
    from collections.abc import Hashable


async def page(console: Console, name: str, **wish: Any) -> ClientConnection:
    """A live page that has said what it wants."""
    socket = await console.open(
        connect(console.live_url, additional_headers=console.live_headers(name))
    )
    await socket.send(json.dumps({"type": "subscribe", "robots": ["*"]} | wish))
    return socket


async def until(socket: ClientConnection, kind: str, **fields: Any) -> dict[str, Any]:
    """The next message of a kind with these fields."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == kind and fields.items() <= message.items():
                return message


@pytest.mark.asyncio
async def test_a_page_is_greeted_shown_the_robots_and_numbers_rise(console: Console) -> None:
    robot, _ = await console.bridge()
    await console.person("viewer")
    socket = await page(console, "viewer")
    first = json.loads(await socket.recv())
    assert (first["type"], first["sequence"]) == ("hello", 1)
    second = await until(socket, "robot")
    assert second["robot"]["id"] == str(robot)
    assert second["sequence"] > 1


@pytest.mark.asyncio
async def test_people_never_see_the_truth_and_programs_do(console: Console) -> None:
    _, bridge = await console.bridge()
    await console.person("admin", "root")
    await console.person("operator", "autopilot", kind="automatic")
    person, program = await page(console, "root"), await page(console, "autopilot")
    await bridge.tell(truth={"ending": "success"}, phase=Phase.PAUSED)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            seen = (await until(program, "robot"))["robot"]["telemetry"]
            if seen["truth"] == {"ending": "success"}:
                break
    for _ in range(5):
        assert (await until(person, "robot"))["robot"]["telemetry"]["truth"] is None


@pytest.mark.asyncio
async def test_labels_episodes_and_events_arrive(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    socket = await page(console, "ada")
    await until(socket, "hello")
    episode = await add_episode(console.database, robot)
    told = await until(socket, "episode")
    assert (told["episode"]["id"], told["episode"]["outcome"]) == (str(episode.id), None)
    body = {"id": str(uuid4()), "outcome": "success"}
    await ada.post(f"/episodes/{episode.id}/labels", json=body)
    assert (await until(socket, "label"))["label"]["id"] == body["id"]
    assert (await until(socket, "episode"))["episode"]["outcome"] == "success"


@pytest.mark.asyncio
async def test_a_lost_notification_is_made_up_for(console: Console) -> None:
    robot, _ = await console.robot()
    await console.person("labeller", "ada")
    socket = await page(console, "ada")
    await until(socket, "hello")
    episode = await add_episode(console.database, robot)
    await until(socket, "episode")
    # Written past the service, so nothing notifies: the poll must find it.
    await add_label(console.database, episode, console.users["ada"], "failure")
    assert (await until(socket, "label"))["label"]["outcome"] == "failure"


@pytest.mark.asyncio
async def test_curves_go_to_those_who_watch_the_run(console: Console) -> None:
    run, other = await add_run(console.database), await add_run(console.database)
    await console.person("viewer")
    socket = await page(console, "viewer", runs=[str(run.id)])
    await until(socket, "hello")
    listener = console.app.state.listener
    await console.settled(lambda: run.id in listener._points)
    now = datetime.now(UTC)
    points = [
        MetricPoint(run_id=which.id, name="q_mean", at=now, updates=5, value=value)
        for which, value in ((other, 9.0), (run, 0.5), (run, 0.75))
    ]
    await add_rows(console.database, *points)
    async with console.database.unit() as session:
        await notify(session, "metrics", run.id)
    message = await until(socket, "metrics")
    assert message["run"] == str(run.id)
    assert [row[2:] for row in message["points"]["q_mean"]] == [[5, 0.5], [5, 0.75]]


@pytest.mark.asyncio
async def test_a_point_that_came_just_before_the_watching_is_told(console: Console) -> None:
    run = await add_run(console.database)
    await console.person("viewer")
    now = datetime.now(UTC)
    point = MetricPoint(run_id=run.id, name="beta", at=now, updates=5, value=0.02)
    await add_rows(console.database, point)
    socket = await page(console, "viewer", runs=[str(run.id)])
    message = await until(socket, "metrics")
    assert [row[2:] for row in message["points"]["beta"]] == [[5, 0.02]]


@pytest.mark.asyncio
async def test_runs_and_checkpoints_are_told(console: Console) -> None:
    run = await add_run(console.database)
    manager = await console.person("manager")
    socket = await page(console, "manager")
    await until(socket, "hello")
    await manager.post(f"/runs/{run.id}/pause")
    assert (await until(socket, "run"))["run"]["state"] == "paused"
    checkpoint = Checkpoint(
        id=uuid4(),
        run_id=run.id,
        version=1,
        actor_sha256="a",
        updates=1,
        transitions=1,
        lock_sha256="b",
        metrics={},
    )
    await add_rows(console.database, checkpoint)
    await manager.post(f"/checkpoints/{checkpoint.id}/promote")
    assert (await until(socket, "checkpoint"))["checkpoint"]["promoted"] is True


@pytest.mark.parametrize("payload", ["", "{", "[1]", '{"kind": 3}', '{"kind": "run", "id": "x"}'])
@pytest.mark.asyncio
async def test_strange_notifications_harm_nobody(console: Console, payload: str) -> None:
    robot, _ = await console.robot()
    await console.person("viewer")
    socket = await page(console, "viewer")
    console.app.state.listener._note(payload)
    await add_episode(console.database, robot)
    await until(socket, "episode")


@pytest.mark.asyncio
async def test_strange_messages_are_answered_and_at_last_end_the_page(console: Console) -> None:
    await console.person("viewer")
    socket = await page(console, "viewer")
    await socket.send('{"type":"dance"}')
    problem = await until(socket, "problem")
    assert "not understood" in problem["detail"]
    for _ in range(MOST_MISTAKES - 1):
        await socket.send('{"type":"dance"}')
    with pytest.raises(ConnectionClosed):
        await until(socket, "nothing more")


@pytest.mark.asyncio
async def test_hands_reach_the_robot_under_the_lease_only(console: Console) -> None:
    robot, bridge = await console.bridge()
    ada = await console.person("operator", "ada")
    await console.person("viewer")
    twist = [0.0, 0.5, 0.0, 0.0, 0.0, -1.0]
    drive = {"type": "drive", "robot": str(robot), "sequence": 1, "twist": twist}
    stranger, driver = await page(console, "viewer"), await page(console, "ada")
    await stranger.send(json.dumps(drive))
    assert (await until(stranger, "problem"))["status"] == 403
    await driver.send(json.dumps(drive))
    assert (await until(driver, "drive_refused"))["sequence"] == 1
    await ada.post(f"/robots/{robot}/lease", json={})
    await driver.send(json.dumps(drive | {"sequence": 2}))
    await bridge.until(lambda: bridge.drives)
    (hands,) = bridge.drives
    assert (hands.sequence, hands.lease_epoch, list(hands.twist)) == (2, 1, twist)
    second = await page(console, "ada")
    await second.send(json.dumps(drive | {"sequence": 3}))
    assert (await until(second, "drive_refused"))["sequence"] == 3
    for bad in ([2.0] * 6, [0.0] * 5, ["x"] * 6):
        await driver.send(json.dumps(drive | {"twist": bad}))
        await until(driver, "problem")
    assert len(bridge.drives) == 1


@pytest.mark.asyncio
async def test_pictures_flow_while_somebody_watches(console: Console) -> None:
    robot, bridge = await console.bridge()
    await console.person("viewer")
    headers = console.live_headers("viewer")
    stream = {"robot": str(robot), "camera": "wrist", "width": 320, "height": 240, "fps": 50}
    async with connect(console.video_url, additional_headers=headers) as video:
        await video.send(json.dumps({"type": "watch", "streams": [stream]}))
        answer = json.loads(await video.recv())
        assert answer["streams"] == [{"index": 0, "robot": str(robot), "camera": "wrist"}]
        await bridge.until(lambda: bridge.watches and bridge.watches[-1].streams)
        assert bridge.watches[-1].streams[0].fps == 50
        await bridge.frame(7)
        picture = await video.recv()
        assert isinstance(picture, bytes)
        assert picture.endswith(b"jpeg")
        await video.send("{}")
        assert "not understood" in json.loads(await video.recv())["detail"]
    await bridge.until(lambda: not bridge.watches[-1].streams)


@pytest.mark.asyncio
async def test_a_page_that_lets_too_much_pile_up_is_ended(console: Console) -> None:
    await console.person("viewer")
    client = Client(await _identity(console, "viewer"))
    for number in range(MOST_WAITING):
        client.fact(b'{"n":%d}' % number)
    assert not client.overrun.is_set()
    client.fact(b"{}")
    assert client.overrun.is_set()
    assert await client.next() == b'{"sequence":1,"n":0}'


@pytest.mark.asyncio
async def test_states_are_newest_wins_and_facts_go_first(console: Console) -> None:
    await console.person("viewer")
    client = Client(await _identity(console, "viewer"))
    robot = uuid4()
    for number in range(3):
        client.state(robot, b'{"state":%d}' % number)
    client.fact(b'{"fact":1}')
    assert await client.next() == b'{"sequence":1,"fact":1}'
    assert await client.next() == b'{"sequence":2,"state":2}'


@pytest.mark.asyncio
async def test_robot_states_come_ten_times_a_second_at_most(console: Console) -> None:
    robot, _ = await console.robot()
    await console.person("viewer")
    live = console.app.state.live
    client = Client(await _identity(console, "viewer"))
    client.subscribe(["*"], [])
    sent: list[Hashable] = []
    client.state = lambda subject, message: sent.append(subject)  # type: ignore[method-assign]
    live.clients.add(client)
    for _ in range(40):
        live.robot_changed(robot, True)
    assert len(sent) <= 1, "the first at once, the others wait for their turn"
    assert list(live._timers) == [robot]


async def _identity(console: Console, name: str) -> Any:
    credential = Credential("session", digest(console.secrets[name]))
    return await console.app.state.accounts.person(credential)
