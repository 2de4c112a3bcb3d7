"""How punctual the 50 Hz loop is while everything else runs on the same machine."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from backend.errors import Unavailable
from backend.studies.bench.figures import machine
from backend.studies.bench.viewer import Viewer
from backend.studies.person import JsonObject, Operator, Sight
from backend.studies.stack import Stack

CONDITIONS = (
    ("learner training, one viewer", True, True),
    ("learner training, no viewer", True, False),
    ("learner paused, no viewer", False, False),
)
"""Name, learner on, viewer on."""
TRAINING_WAIT_S = 900.0
SHORT_WARM_UP = {"warmup_episodes": 4, "warmup_updates": 500, "pretrain_steps": 500}
"""Enough to learn for good; a bench need not wait for a good actor."""


def run(data: Path, *, seconds: float, progress: Callable[[str], None]) -> JsonObject:
    """Share of ticks more than 20 ms late, per condition, with a robot that never rests."""
    rows: list[JsonObject] = []
    with Stack(data, "--robots", "1", "--autopilot") as stack, stack.operator() as person:
        robot = person.call("GET", "/robots")[0]
        run_id = start_training(person, robot, progress)
        for name, learning, watching in CONDITIONS:
            if not learning:
                person.call("POST", f"/runs/{run_id}/pause")
            cameras = [c["name"] for c in robot["spec"]["cameras"] if c["policy_size"]]
            sights = [Sight(robot["id"], camera, 640, 480, 25) for camera in cameras]
            with Viewer(person, sights) if watching else nullcontext():
                rows.append({"condition": name} | punctuality(person, [robot["id"]], seconds))
            progress(str(rows[-1]))
    return {"rows": rows, "machine": machine(), "late_means_ms": 20}


def start_training(person: Operator, robot: JsonObject, progress: Callable[[str], None]) -> str:
    """Give the robot a run with a short warm-up; its id, once the learner updates steadily."""
    new = {"task_id": robot["task_id"], "robot_ids": [robot["id"]], "config": SHORT_WARM_UP}
    run_id: str = person.call("POST", "/runs", new)["id"]
    deadline = time.monotonic() + TRAINING_WAIT_S
    while time.monotonic() < deadline:
        series = person.call("GET", f"/runs/{run_id}/metrics", names="updates_total")["series"]
        points = series.get("updates_total", [])
        if points and points[-1][3] > SHORT_WARM_UP["warmup_updates"]:
            return run_id
        progress("waiting for the learner's first updates (the warm-up episodes come first)")
        time.sleep(5)  # episodes take as long as they take
    raise Unavailable(f"The learner made no update within {TRAINING_WAIT_S:g} s.")


def punctuality(person: Operator, robots: Sequence[str], seconds: float) -> JsonObject:
    """Ticks and late ticks of these robots together while `seconds` pass."""
    start = [person.robot(robot)["telemetry"] for robot in robots]
    time.sleep(seconds)  # the measurement's length
    end = [person.robot(robot)["telemetry"] for robot in robots]
    ticks, late = (
        sum(after[name] - before[name] for before, after in zip(start, end, strict=True))
        for name in ("ticks", "late_ticks")
    )
    if ticks <= 0:
        raise Unavailable("The robot's loop did not run during the measurement.")
    return {
        "ticks": ticks,
        "late": late,
        "late_percent": round(100 * late / ticks, 3),
        "lateness_p99_ms_last_10_s": round(max(one["lateness_p99_ms"] for one in end), 2),
    }
