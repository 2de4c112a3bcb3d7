"""A user's own robot: the driver of docs/examples, run by the real bridge process."""

import asyncio
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from robot_bridge.build import load_driver
from robot_bridge.errors import ConfigError
from robot_bridge.protocol.messages import CommandKind, Phase
from tests.robot_bridge.servers import TOKEN, RolloutStandIn, WebStandIn

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def test_the_example_is_as_short_as_its_first_line_says() -> None:
    text = (EXAMPLES / "gantry.py").read_text()
    assert "60 lines" in text.splitlines()[0]
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 60


def test_a_module_that_is_no_driver_is_refused() -> None:
    with pytest.raises(ConfigError, match="it has no TASKS, build_robot, build_cameras"):
        load_driver("json")
    with pytest.raises(ConfigError, match="unknown driver 'nope'"):
        load_driver("nope")


@pytest.mark.asyncio
async def test_the_example_robot_plays_an_episode_to_its_limit(tmp_path: Path) -> None:
    web, rollout = WebStandIn(), RolloutStandIn(axes=3)
    await web.start()
    await rollout.start()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "robot_bridge", "--robot", "gantry-1", "--driver", "gantry"),
        *("--task", "ethernet", "--data", str(tmp_path), "--speed", "max"),
        *("--web", f"ws://127.0.0.1:{web.port}/bridge"),
        *("--policy", f"ws://127.0.0.1:{rollout.port}/policy"),
        env={**os.environ, "RLT_ROBOT_TOKEN": TOKEN, "PYTHONPATH": str(EXAMPLES)},
    )
    try:
        await web.sees(lambda t: t.phase is Phase.STOPPED and t.policy_connected)
        await web.arm()
        answer = await web.order(CommandKind.START_EPISODE, regime="critical", seed=4)
        assert answer.ok, answer.error
        await rollout.until(lambda: any(rollout.complete(e) for e in rollout.records))
        start, reports, end = rollout.episode(next(iter(rollout.records)))
        played = np.concatenate([report.actions.numpy() for report in reports])
        assert (start.seed, end.ended_by, end.truncated) == (4, "timeout", True)
        assert played.shape == (end.steps, 3) == (400, 3)
        assert np.abs(played).max() <= 0.002 + 1e-9
        images = [image for report in reports for a in report.anchors for image in a.images]
        assert {image.camera for image in images} == {"top"}
    finally:
        process.terminate()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
        await web.kill()
        await rollout.kill()
