"""One attempt through every process: start, hand off, label, learn."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from backend.studies.person import Operator
from backend.studies.stack import Stack

pytestmark = [pytest.mark.loop, pytest.mark.timeout(300)]

JsonObject = dict[str, Any]


def wait_for(
    ask: Callable[[], JsonObject], wanted: Callable[[JsonObject], bool], *, seconds: float
) -> JsonObject:
    deadline = time.monotonic() + seconds
    seen = ask()
    while not wanted(seen):
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)  # polling a public API that has no blocking read
        seen = ask()
    return seen


def curves(operator: Operator, run_id: str) -> JsonObject:
    series = operator.call("GET", f"/runs/{run_id}/metrics")["series"]
    return {name: points[-1][3] for name, points in series.items() if points}


def test_an_attempt_is_driven_labelled_stored_and_learned_from(
    stack: Stack, operator: Operator, robot: str
) -> None:
    run_id = operator.robot(robot)["run_id"]
    before = curves(operator, run_id).get("transitions_total", 0)

    operator.command(robot, "start_episode", regime="full")
    started = operator.wait_robot(
        robot, lambda r: r["telemetry"]["phase"] == "base", seconds=30, what="The start"
    )
    episode_id = started["telemetry"]["episode_id"]
    operator.command(robot, "hand_off")
    handed = operator.wait_robot(
        robot, lambda r: r["telemetry"]["hand_off_step"] >= 0, seconds=10, what="The hand-off"
    )
    assert handed["telemetry"]["episode_id"] == episode_id
    hand_off_step = handed["telemetry"]["hand_off_step"]
    operator.wait_robot(
        robot,
        lambda r: r["telemetry"]["step"] > hand_off_step + 20,
        seconds=30,
        what="A little driving",
    )
    answer = operator.label(episode_id, "failure")
    assert answer["label"]["outcome"] == "failure"

    episode = wait_for(
        lambda: next(operator.episodes(), {}),
        lambda row: row.get("id") == episode_id,
        seconds=30,
    )
    assert episode["outcome"] == "failure"
    assert episode["hand_off_step"] == hand_off_step
    assert episode["ended_by"] == "label"
    detail = operator.call("GET", f"/episodes/{episode_id}")
    assert detail["segments"][0]["phase"] == "base"
    camera = episode["cameras"][0]
    picture = operator.http.get(f"/api/v1/episodes/{episode_id}/frames/{camera}/0.jpg")
    assert picture.content.startswith(b"\xff\xd8")
    assert list((stack.data / "objects" / "episodes").rglob("*.safetensors"))

    learned = wait_for(
        lambda: curves(operator, run_id),
        lambda seen: seen.get("transitions_total", 0) > before,
        seconds=30,
    )
    assert learned["replay_episodes"] >= 1


def test_stop_is_latched_and_takes_two_steps_to_leave(operator: Operator, robot: str) -> None:
    operator.command(robot, "stop")
    stopped = operator.wait_robot(
        robot, lambda r: r["telemetry"]["phase"] == "stopped", seconds=5, what="The stop"
    )
    assert stopped["telemetry"]["stop_reason"]
    refused = operator.call("POST", f"/robots/{robot}/commands", order("arm"))
    assert refused["ok"] is False
    operator.arm(robot)
    operator.wait_robot(robot, lambda r: r["telemetry"]["armed"], seconds=5, what="The arming")


def order(kind: str) -> JsonObject:
    return {"id": str(uuid4()), "kind": kind, "args": {}}
