"""How punctual the 50 Hz loop is, and how much is learned, while all runs on one machine."""

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
COUNTS = ("updates_total", "transitions_total")
TRAINING_WAIT_S = 900.0
SHORT_WARM_UP = {"warmup_episodes": 4, "warmup_updates": 500, "pretrain_steps": 500}
"""Enough to learn for good; a bench need not wait for a good actor."""


def run(data: Path, *, seconds: float, progress: Callable[[str], None]) -> JsonObject:
    """Share of ticks more than 20 ms late, per condition, with a robot that never rests.

    While the learner trains also the updates it made for each window that came in.
    """
    rows: list[JsonObject] = []
    with Stack(data, "--robots", "1", "--autopilot") as stack, stack.operator() as person:
        robot = person.call("GET", "/robots")[0]
        run_id = start_training(person, robot, progress)
        for name, learning, watching in CONDITIONS:
            if not learning:
                person.call("POST", f"/runs/{run_id}/pause")
            cameras = [c["name"] for c in robot["spec"]["cameras"] if c["policy_size"]]
            sights = [Sight(robot["id"], camera, 640, 480, 25) for camera in cameras]
            before = standing(person, run_id)
            with Viewer(person, sights) if watching else nullcontext():
                row = {"condition": name} | punctuality(person, [robot["id"]], seconds)
            if learning:
                row |= learned(before, standing(person, run_id))
            rows.append(row)
            progress(str(rows[-1]))
    return {"rows": rows, "machine": machine(), "late_means_ms": 20}


def start_training(person: Operator, robot: JsonObject, progress: Callable[[str], None]) -> str:
    """Give the robot a run with a short warm-up; its id, once the learner updates steadily."""
    new = {"task_id": robot["task_id"], "robot_ids": [robot["id"]], "config": SHORT_WARM_UP}
    run_id: str = person.call("POST", "/runs", new)["id"]
    deadline = time.monotonic() + TRAINING_WAIT_S
    while time.monotonic() < deadline:
        if standing(person, run_id)[COUNTS[0]] > SHORT_WARM_UP["warmup_updates"]:
            return run_id
        progress("waiting for the learner's first updates (the warm-up episodes come first)")
        time.sleep(5)  # episodes take as long as they take
    raise Unavailable(f"The learner made no update within {TRAINING_WAIT_S:g} s.")


def standing(person: Operator, run_id: str) -> dict[str, float]:
    """The run's counts as its learner last told them."""
    wanted = ",".join(COUNTS)
    series = person.call("GET", f"/runs/{run_id}/metrics", names=wanted)["series"]
    return {name: points[-1][3] if (points := series.get(name)) else 0.0 for name in COUNTS}


def learned(before: dict[str, float], after: dict[str, float]) -> JsonObject:
    """Updates and windows between two standings."""
    updates, windows = (after[name] - before[name] for name in COUNTS)
    return {
        "updates": updates,
        "windows": windows,
        "updates_per_window": round(updates / windows, 2) if windows else None,
    }


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
