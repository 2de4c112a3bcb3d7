"""`python -m robot_bridge`, as the supervisor starts and ends it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from robot_bridge.protocol.messages import CommandKind
from tests.robot_bridge.servers import TOKEN, RolloutStandIn, WebStandIn

pytestmark = pytest.mark.asyncio


async def start(web: WebStandIn, rollout: RolloutStandIn, data: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "robot_bridge", "--robot", "r1", "--driver", "fake"),
        *("--web", f"ws://127.0.0.1:{web.port}/x", "--policy", f"ws://127.0.0.1:{rollout.port}/x"),
        *("--data", str(data), "--min-free-mb", "0", "--speed", "max"),
        env={**os.environ, "RLT_ROBOT_TOKEN": TOKEN},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_an_episode_survives_the_end_of_the_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()
    process = await start(web, rollout, tmp_path)
    try:
        await web.sees(lambda t: t.policy_connected)
        await web.arm()
        answer = await web.order(CommandKind.START_EPISODE, regime="critical")
        assert answer.episode_id is not None
        episode = answer.episode_id
        await rollout.until(lambda: len(rollout.observations) > 3)
        rollout.answering = False
        process.send_signal(number)
        async with asyncio.timeout(10):
            code = await process.wait()
        assert code == (-9 if number is signal.SIGKILL else 0)
        sent = dict(rollout.records.get(episode, {}))
        process = await start(web, rollout, tmp_path)
        await rollout.until(lambda: rollout.complete(episode))
        _, reports, end = rollout.episode(episode)
        assert end.ended_by == ("bridge_restarted" if number is signal.SIGKILL else "stopped")
        assert end.truncated
        assert sum(len(report.sources) for report in reports) == end.steps
        assert all(rollout.records[episode][seq] == message for seq, message in sent.items())
        shown = await web.sees(lambda t: t.policy_connected and t.journal_pending == 0)
        assert not shown.armed
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await web.kill()
        await rollout.kill()
