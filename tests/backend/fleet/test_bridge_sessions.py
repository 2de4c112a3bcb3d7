"""The control session: handshake, events, loss."""

import asyncio
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backend.fleet import repository
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    Activity,
    Heartbeat,
    Phase,
    Refused,
    Welcome,
    decode_control_down,
)
from tests.fixtures.bridge import PATIENCE_S, fake_bridge, hello
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_run


async def say(console: Console, token: str, *messages: bytes) -> Refused:
    """Connect, send, and read on until the refusal."""
    headers = {"Authorization": f"Bearer {token}"}
    address = console.live_url.replace("live", "bridge")
    async with asyncio.timeout(PATIENCE_S), connect(address, additional_headers=headers) as socket:
        for message in messages:
            await socket.send(message)
        while True:
            data = await socket.recv()
            assert isinstance(data, bytes)
            answer = decode_control_down(data)
            if isinstance(answer, Refused):
                return answer


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"versions": (7, 9)}, "this bridge speaks protocol 7, 9"),
        ({"session": "policy"}, "this is the control session"),
        ({"robot": "somebody"}, "belongs to cell-a"),
    ],
)
@pytest.mark.asyncio
async def test_a_wrong_hello_is_refused_with_advice(
    console: Console, changes: dict[str, object], words: str
) -> None:
    _, token = await console.robot()
    message = hello(**({"robot": "cell-a"} | changes))  # type: ignore[arg-type]
    refused = await say(console, token, encode(message))
    assert words in refused.reason
    assert refused.advice


@pytest.mark.parametrize("noise", [b"", b"\xc1", b"\x81\xa4type\xa5hello", b"x" * 1000])
@pytest.mark.asyncio
async def test_noise_is_refused_before_and_after_the_hello(console: Console, noise: bytes) -> None:
    robot, token = await console.robot()
    assert "refused" in (await say(console, token, noise)).reason
    greeting = encode(hello("cell-a"))
    assert "refused" in (await say(console, token, greeting, noise)).reason
    await console.settled(lambda: not console.app.state.fleet.cells[robot].connected)


@pytest.mark.asyncio
async def test_the_first_message_must_be_hello_and_comes_once(console: Console) -> None:
    _, token = await console.robot()
    beat = encode(Heartbeat(sent_ns=1))
    assert "not Hello" in (await say(console, token, beat)).reason
    greeting = encode(hello("cell-a"))
    assert "second Hello" in (await say(console, token, greeting, greeting)).reason


@pytest.mark.asyncio
async def test_unknown_and_revoked_tokens_are_refused_and_end_the_session(console: Console) -> None:
    admin = await console.person("admin", "root")
    made = (await admin.post("/robots", json={"name": "cell-b"})).json()
    async with fake_bridge(console.url, made["token"], "cell-b") as bridge:
        assert isinstance(bridge.welcome, Welcome)
        tokens = (await admin.get("/tokens")).json()
        await admin.delete(f"/tokens/{tokens[0]['id']}")
        cells = console.app.state.fleet.cells
        await console.settled(lambda: not any(cell.connected for cell in cells.values()))
    for token in (made["token"], "unknown"):
        with pytest.raises(InvalidStatus):
            async with fake_bridge(console.url, token, "cell-b"):
                pass


@pytest.mark.asyncio
async def test_a_second_bridge_for_the_same_robot_is_refused(console: Console) -> None:
    _, token = await console.robot()
    async with fake_bridge(console.url, token, "cell-a"):
        refused = await say(console, token, encode(hello("cell-a")))
        assert "another bridge is connected" in refused.reason


@pytest.mark.asyncio
async def test_the_same_bridge_may_dial_again(console: Console) -> None:
    robot, token = await console.robot()
    boot = uuid4()
    fleet = console.app.state.fleet
    async with fake_bridge(console.url, token, "cell-a", boot_id=boot):
        first = fleet.cells[robot].link
        async with fake_bridge(console.url, token, "cell-a", boot_id=boot) as again:
            await again.tell(phase=Phase.PAUSED, armed=True)
            await console.settled(lambda: fleet.cells[robot].link not in {first, None})
            assert first.failed.is_set()


@pytest.mark.asyncio
async def test_another_task_brings_the_run_that_learns_it(console: Console) -> None:
    async with console.database.unit() as session:
        await repository.register_task(session, "screw", "")
    run = await add_run(console.database, task_id="screw")
    await add_run(console.database, task_id="screw", kind="evaluation")
    robot_id, token = await console.robot("cell-a")
    viewer = await console.person("viewer")
    for task, expected in (("screw", str(run.id)), ("ethernet", None), ("screw", str(run.id))):
        async with fake_bridge(console.url, token, "cell-a", task=task) as bridge:
            await bridge.tell(task=task)
            await console.written()
            await console.settled(
                lambda expected=expected: (
                    console.app.state.fleet.cells[robot_id].run_id
                    == (UUID(expected) if expected else None)
                )
            )
            shown = (await viewer.get(f"/robots/{robot_id}")).json()
            assert (shown["task_id"], shown["run_id"]) == (task, expected)


@pytest.mark.asyncio
async def test_why_there_is_no_policy_is_shown(console: Console) -> None:
    robot_id, bridge = await console.bridge("cell-a")
    viewer = await console.person("viewer")
    words = "refused: There is no model for screw."
    await bridge.tell(policy_connected=False, policy_trouble=words)
    cell = console.app.state.fleet.cells[robot_id]
    await console.settled(lambda: cell.telemetry.policy_trouble == words)
    shown = (await viewer.get(f"/robots/{robot_id}")).json()["telemetry"]
    assert (shown["policy_connected"], shown["policy_trouble"]) == (False, words)


@pytest.mark.asyncio
async def test_heartbeats_come_and_telemetry_is_shown(console: Console) -> None:
    robot, bridge = await console.bridge()
    viewer = await console.person("viewer")
    await bridge.until(lambda: bridge.heartbeats >= 5)
    item = (await viewer.get(f"/robots/{robot}")).json()
    assert item["connected"] is True
    assert item["spec"]["cameras"][0]["name"] == "wrist"
    assert item["telemetry"]["truth"] is None, "the simulator's verdict is not for people"
    program = await console.person("operator", "autopilot", kind="automatic")
    assert (await program.get(f"/robots/{robot}")).json()["telemetry"]["truth"] is not None


@pytest.mark.asyncio
async def test_events_are_stored_once_and_then_acknowledged(console: Console) -> None:
    _, bridge = await console.bridge()
    viewer = await console.person("viewer")
    event = await bridge.event("phase_changed", details={"to": "rl", "bad": float("nan")}, step=3)
    await bridge.until(lambda: event in bridge.acked)
    repeated = bridge.state
    await bridge.send(repeated)
    rows = [row for row in (await viewer.get("/audit")).json()["items"] if row["id"] == str(event)]
    assert len(rows) == 1
    assert rows[0]["details"] == {"to": "rl", "bad": "nan", "step": 3, "robot": "cell-a"}


@pytest.mark.asyncio
async def test_a_lost_bridge_is_away_and_what_it_did_is_audited(console: Console) -> None:
    robot, token = await console.robot()
    viewer = await console.person("viewer")
    async with fake_bridge(console.url, token, "cell-a"):
        pass
    await console.settled(lambda: not console.app.state.fleet.cells[robot].connected)
    await console.written()
    item = (await viewer.get(f"/robots/{robot}")).json()
    assert (item["connected"], item["telemetry"], item["waiting_for"]) == (False, None, "")
    assert item["last_seen_at"] is not None
    actions = [row["action"] for row in (await viewer.get("/audit")).json()["items"]]
    assert actions[:2] == ["bridge_lost", "bridge_connected"]


@pytest.mark.asyncio
async def test_what_a_robot_waits_for(console: Console) -> None:
    robot, bridge = await console.bridge()
    cell = console.app.state.fleet.cells[robot]
    episode = uuid4()
    for changes, expected in (
        ({}, "arm"),
        ({"phase": Phase.PAUSED, "armed": True, "policy_connected": False}, "policy"),
        ({"policy_connected": True}, "start"),
        ({"activity": Activity.RESETTING}, "reset"),
        ({"activity": Activity.EPISODE, "episode_id": episode}, ""),
        ({"activity": Activity.IDLE, "episode_id": None}, "label"),
    ):
        await bridge.tell(**changes)
        await console.settled(lambda expected=expected: cell.waiting_for() == expected)
    console.app.state.fleet.judged(episode, labelled=True)
    assert cell.waiting_for() == "start"
    console.app.state.fleet.judged(episode, labelled=False)
    assert cell.waiting_for() == "label"


@pytest.mark.asyncio
async def test_a_silent_bridge_is_given_up(console: Console) -> None:
    robot, token = await console.robot()
    headers = {"Authorization": f"Bearer {token}"}
    address = console.live_url.replace("live", "bridge")
    async with connect(address, additional_headers=headers) as socket:
        await socket.send(encode(hello("cell-a")))
        fleet = console.app.state.fleet
        await console.settled(lambda: fleet.cells[robot].connected)
        await console.settled(lambda: not fleet.cells[robot].connected)
