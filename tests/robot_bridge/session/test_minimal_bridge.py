"""The example of docs/protocol.md, as the process that a reader would start."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from robot_bridge.protocol.messages import Activity, CommandKind, Phase, Source
from tests.robot_bridge.servers import TOKEN, RolloutStandIn, WebStandIn

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def patient_copy(folder: Path) -> Path:
    """The example with a watchdog that a busy test machine does not set off."""
    for path in EXAMPLES.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    copy = folder / "minimal_bridge.py"
    text = copy.read_text()
    assert "SILENCE_S = 0.12" in text
    copy.write_text(text.replace("SILENCE_S = 0.12", "SILENCE_S = 10.0"))
    return copy


@pytest.mark.asyncio
async def test_the_example_plays_an_episode_by_the_protocol(tmp_path: Path) -> None:
    example = patient_copy(tmp_path)
    web, rollout = WebStandIn(), RolloutStandIn()
    await web.start()
    await rollout.start()
    urls = (f"ws://127.0.0.1:{web.port}/bridge", f"ws://127.0.0.1:{rollout.port}/policy")
    environment = {**os.environ, "RLT_ROBOT_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(example), *urls, "mini", env=environment
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
