"""The real bridge against small servers, with the fake robot, on the real clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from robot_bridge.bridge import Bridge
from robot_bridge.cameras.host import CameraHost
from robot_bridge.config import BridgeConfig
from robot_bridge.errors import ConfigError
from robot_bridge.protocol.messages import (
    Activity,
    Command,
    CommandKind,
    Phase,
    Refused,
    Source,
    Stream,
    Watch,
)
from tests.robot_bridge.servers import TOKEN, RolloutStandIn, WebStandIn

pytestmark = pytest.mark.asyncio


@dataclass
class Rig:
    web: WebStandIn
    rollout: RolloutStandIn
    config: BridgeConfig

    async def start_episode(self, **args: object) -> UUID:
        answer = await self.web.order(CommandKind.START_EPISODE, regime="critical", **args)
        assert answer.ok, answer.error
        assert answer.episode_id is not None
        return answer.episode_id


def config_for(web: WebStandIn, rollout: RolloutStandIn, data: Path, speed: str) -> BridgeConfig:
    return BridgeConfig(
        robot="r1",
        token=TOKEN,
        driver="fake",
        web=f"ws://127.0.0.1:{web.port}/api/v1/bridge",
        policy=f"ws://127.0.0.1:{rollout.port}/policy",
        data=data,
        speed=speed,
        min_free_mb=0,
        # The machines that run tests may stall for a while; the rule itself is tested by the clock.
        session_timeout_ms=1000,
    )


@contextlib.asynccontextmanager
async def running(config: BridgeConfig) -> AsyncIterator[Bridge]:
    bridge = Bridge(config)
    task = asyncio.create_task(bridge.run())
    try:
        yield bridge
    finally:
        bridge.request_stop()
        async with asyncio.timeout(10):
            await task


@contextlib.asynccontextmanager
async def rig(data: Path, speed: str = "real") -> AsyncIterator[Rig]:
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()
    config = config_for(web, rollout, data, speed)
    try:
        async with running(config):
            await web.sees(lambda t: t.policy_connected)
            yield Rig(web, rollout, config)
    finally:
        await web.kill()
        await rollout.kill()


async def test_an_episode_with_hand_off_take_over_and_give_back(tmp_path: Path) -> None:
    async with rig(tmp_path) as r:
        await r.web.arm()
        episode = await r.start_episode(seed=5, run_id=str(uuid4()))
        await r.web.sees(lambda t: t.phase is Phase.BASE and t.step > 3)
        assert (await r.web.order(CommandKind.HAND_OFF)).ok
        await r.web.sees(lambda t: t.phase is Phase.RL)
        assert (await r.web.order(CommandKind.TAKE_OVER)).ok
        for sequence in range(12):
            await r.web.drive(sequence, (0.5, 0, 0, 0, 0, 0))
            await asyncio.sleep(0.02)
        assert (await r.web.order(CommandKind.GIVE_BACK)).ok
        await r.web.sees(lambda t: t.phase is Phase.RL and t.policy_version == 7)
        before = len(r.rollout.observations)
        await r.rollout.until(lambda: len(r.rollout.observations) > before + 1)
        assert (await r.web.order(CommandKind.END_EPISODE)).ok
        await r.rollout.until(lambda: r.rollout.complete(episode))
        await r.web.sees(lambda t: t.journal_pending == 0 and t.activity is Activity.IDLE)

    start, reports, end = r.rollout.episode(episode)
    assert start.seed == 5
    assert start.issued_by == "ada"
    sources = [source for report in reports for source in report.sources]
    assert len(sources) == end.steps
    assert {Source.BASE, Source.RL, Source.HUMAN} <= set(sources)
    assert sources.index(Source.RL) == end.hand_off_step
    assert end.ended_by == "label"
    assert not end.truncated
    assert len(end.last_images) == 2
    following = 0
    for report in reports:
        assert report.start_step == following
        following += len(report.sources)
        steps = range(report.start_step, following)
        assert [anchor.step for anchor in report.anchors] == [s for s in steps if s % 2 == 0]
        assert all(len(anchor.images) == 2 for anchor in report.anchors)
        assert report.actions.numpy().shape == (len(report.sources), 6)
    human = np.concatenate([r.actions.numpy() for r in reports])[
        [s is Source.HUMAN for s in sources]
    ]
    assert human[:, 0].max() == pytest.approx(0.0015)
    kinds = r.web.kinds()
    for kind in ("stop_cleared", "armed", "episode_started", "phase_changed", "episode_ended"):
        assert kind in kinds
    changes = [e for e in r.web.events if e.kind == "phase_changed"]
    assert all(e.issued_by == "ada" for e in changes)
    assert any(frame.step % 5 == 0 for report in reports for frame in report.frames)


async def test_a_killed_policy_server_latches_the_stop_and_nothing_is_lost(tmp_path: Path) -> None:
    async with rig(tmp_path) as r:
        await r.web.arm()
        episode = await r.start_episode()
        await r.web.sees(lambda t: t.step > 12)
        port = r.rollout.port
        await r.rollout.kill()
        stopped = await r.web.sees(lambda t: t.phase is Phase.STOPPED)
        assert "policy session was lost" in stopped.stop_reason
        assert not stopped.armed
        refused = await r.web.order(CommandKind.START_EPISODE, regime="critical")
        assert not refused.ok
        await r.rollout.start(port)
        back = await r.web.sees(lambda t: t.policy_connected)
        assert back.phase is Phase.STOPPED
        assert not (await r.web.order(CommandKind.ARM)).ok
        await r.rollout.until(lambda: r.rollout.complete(episode))
        _, reports, end = r.rollout.episode(episode)
        assert end.ended_by == "stopped"
        assert end.truncated
        assert sum(len(report.sources) for report in reports) == end.steps
        await r.web.arm()
        assert (await r.web.sees(lambda t: t.armed)).phase is Phase.PAUSED
    safety = (tmp_path / "bridge" / "r1" / "safety.log").read_text()
    assert safety.index("session_lost") < safety.index("safe_state")


async def test_a_command_sent_twice_runs_once(tmp_path: Path) -> None:
    async with rig(tmp_path, "max") as r:
        await r.web.arm()
        order = Command(
            id=uuid4(),
            kind=CommandKind.START_EPISODE,
            args={"regime": "critical"},
            issued_by="ada",
            lease_epoch=1,
        )
        first = await r.web.repeat(order)
        second = await r.web.repeat(order)
        assert first == second
        assert first.ok


async def test_events_wait_for_their_receipt_across_sessions(tmp_path: Path) -> None:
    async with rig(tmp_path, "max") as r:
        r.web.ack_events = False
        await r.web.arm()
        await r.web.until(lambda: "armed" in r.web.kinds())
        port = r.web.port
        await r.web.kill()
        r.web.events.clear()
        r.web.ack_events = True
        await r.web.start(port)
        await r.web.until(lambda: {"stop_cleared", "armed", "stopped"} <= set(r.web.kinds()))
        ids = [event.id for event in r.web.events]
        assert len(ids) == len(set(ids))


async def test_max_speed_plays_episodes_to_their_timeout(tmp_path: Path) -> None:
    async with rig(tmp_path, "max") as r:
        await r.web.arm()
        episode = await r.start_episode(hand_off_at_start=True, seed=1)
        await r.rollout.until(lambda: r.rollout.complete(episode))
        _, reports, end = r.rollout.episode(episode)
        assert end.ended_by == "timeout"
        assert end.truncated
        assert end.steps == 300
        assert end.hand_off_step == 0
        assert {s for report in reports for s in report.sources} == {Source.RL}


async def test_video_flows_only_while_somebody_watches(tmp_path: Path) -> None:
    async with rig(tmp_path) as r:
        assert r.web.frames == []
        await r.web.send(Watch(streams=(Stream(camera="wrist", width=320, height=240, fps=20),)))
        await r.web.until(lambda: len(r.web.frames) >= 3)
        assert {f.camera for f in r.web.frames} == {"wrist"}
        assert r.web.frames[0].jpeg.startswith(b"\xff\xd8")


async def test_another_task_means_a_new_hello_and_a_new_arming(tmp_path: Path) -> None:
    async with rig(tmp_path) as r:
        await r.web.arm()
        assert (await r.web.order(CommandKind.SET_TASK, task="screw")).ok
        await r.web.until(lambda: len(r.web.hellos) > 1 and r.web.hellos[-1].task == "screw")
        shown = await r.web.sees(lambda t: t.task == "screw" and t.policy_connected)
        assert not shown.armed
        await r.web.arm()
        bad = await r.web.order(CommandKind.SET_TASK, task="juggle")
        assert "unknown task" in bad.error
        again = await r.web.order(CommandKind.SET_TASK, task="screw")
        assert "does screw already" in again.error
        assert (await r.web.sees(lambda t: t.armed)).task == "screw"


async def test_a_refused_policy_session_is_told_with_its_reason(tmp_path: Path) -> None:
    async with rig(tmp_path) as r:
        r.rollout.refusal = Refused(reason="There is no model", advice="Train one")
        assert (await r.web.order(CommandKind.SET_TASK, task="screw")).ok
        words = "refused: There is no model. Train one"
        shown = await r.web.sees(lambda t: t.task == "screw" and t.policy_trouble == words)
        assert not shown.policy_connected


async def test_a_bridge_killed_in_an_episode_delivers_it_after_its_restart(tmp_path: Path) -> None:
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()
    config = config_for(web, rollout, tmp_path, "real")
    rollout.acknowledging = False
    try:
        async with running(config):
            await web.sees(lambda t: t.policy_connected)
            await web.arm()
            answer = await web.order(CommandKind.START_EPISODE, regime="critical")
            assert answer.episode_id is not None
            await web.sees(lambda t: t.step > 5)
        assert (tmp_path / "bridge" / "r1" / "journal" / f"{answer.episode_id}.log").exists()
        rollout.acknowledging = True
        rollout.records.clear()
        async with running(config):
            episode = answer.episode_id
            await rollout.until(lambda: rollout.complete(episode))
            await web.sees(lambda t: t.journal_pending == 0)
            assert web.telemetry is not None
            assert web.telemetry.phase is Phase.STOPPED
    finally:
        await web.kill()
        await rollout.kill()


async def test_cameras_that_do_not_come_back_end_the_process_with_their_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()

    async def fail(self: CameraHost) -> None:
        raise ConfigError("no cameras: the cable is loose")

    bridge = Bridge(config_for(web, rollout, tmp_path, "real"))
    task = asyncio.create_task(bridge.run())
    try:
        await web.sees(lambda t: t.policy_connected)
        monkeypatch.setattr(CameraHost, "start", fail)
        await web.order(CommandKind.SET_TASK, task="screw")
        with pytest.raises(ConfigError, match="cable is loose"):
            await task
    finally:
        await web.kill()
        await rollout.kill()
