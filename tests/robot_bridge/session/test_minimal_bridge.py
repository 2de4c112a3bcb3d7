"""The example of docs/protocol.md, as the process that a reader would start."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from robot_bridge.protocol.messages import Activity, CommandKind, Phase, Source
from tests.robot_bridge.servers import TOKEN, RolloutStandIn, WebStandIn

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "minimal_bridge.py"


@pytest.mark.asyncio
async def test_the_example_plays_an_episode_by_the_protocol() -> None:
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()
    urls = (f"ws://127.0.0.1:{web.port}/bridge", f"ws://127.0.0.1:{rollout.port}/policy")
    environment = {**os.environ, "RLT_ROBOT_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), *urls, "mini", env=environment
    )
    try:
        await web.sees(lambda t: t.phase is Phase.STOPPED)
        assert not (await web.order(CommandKind.ARM)).ok
        await web.arm()
        episode = "018f6b1e-0000-7000-8000-00000000000a"
        args = {"regime": "critical", "episode_id": episode, "run_id": None, "seed": 4}
        answer = await web.order(CommandKind.START_EPISODE, hand_off_at_start=True, **args)
        assert answer.ok, answer.error
        shown = await web.sees(lambda t: t.activity is Activity.EPISODE and t.step >= 20)
        assert shown.phase is Phase.RL
        assert (await web.order(CommandKind.END_EPISODE)).ok
        await rollout.until(lambda: any(rollout.complete(e) for e in rollout.records))
        start, reports, end = rollout.episode(next(iter(rollout.records)))
        assert (start.seed, end.ended_by, end.truncated) == (4, "label", False)
        assert sum(len(report.sources) for report in reports) == end.steps >= 20
        assert {s for report in reports for s in report.sources} == {Source.RL}
        await rollout.kill()
        async with asyncio.timeout(10):
            assert await process.wait() == 1
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await web.kill()
        await rollout.kill()
