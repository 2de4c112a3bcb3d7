"""The experiment: plan, kill, watch, compare."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.random import Generator

from backend.errors import Conflict, Unavailable
from backend.studies.chaos import evidence, store
from backend.studies.chaos.checks import check_labels, check_store
from backend.studies.chaos.labeller import Labeller
from backend.studies.chaos.table import (
    MUST_BE_BACK_S,
    STOPS_ROBOT,
    Kill,
    as_text,
    failures,
    kill_as_json,
    summary,
)
from backend.studies.person import JsonObject, Operator, Refusal
from backend.studies.stack import PARTS, Stack

PATIENCE_S = 30.0
STAYS_STOPPED_S = 1.0
WATCH_EVERY_S = 0.1
"""Two questions a look: asked more often they take the core that the part needs to come back."""


def plan(kills: int, rng: Generator) -> list[tuple[str, int]]:
    """`kills` of every part in random order, each with the episode step at which it strikes."""
    parts = [part for part in PARTS for _ in range(kills)]
    order = rng.permutation(len(parts))
    return [(parts[i], int(rng.integers(5, 100))) for i in order]


def run(data: Path, *, kills: int, seed: int, progress: Callable[[str], None]) -> JsonObject:
    """Kill every part `kills` times; return the report, its verdict under `failures`."""
    rng = np.random.default_rng(seed)
    with Stack(data, "--robots", "1") as stack, stack.operator() as person:
        labeller = Labeller(stack.operator, np.random.default_rng([seed, 1]))
        labeller.start()
        done: list[Kill] = []
        try:
            for index, (part, step) in enumerate(todo := plan(kills, rng)):
                done.append(_one_kill(stack, person, part, step))
                progress(f"{index + 1}/{len(todo)} {done[-1]}")
            _settle(person)
        finally:
            labeller.finish()
        report = _report(stack, person, done, labeller)
    return report | {"seed": seed}


def _one_kill(stack: Stack, person: Operator, part: str, step: int) -> Kill:
    robot, seen = _in_mid_episode(person, step)
    before = stack.pids()
    killed_ns = time.monotonic_ns()
    os.kill(before[part], signal.SIGKILL)
    back_s = _wait_back(stack, person, robot, part, before[part])
    back_ns = time.monotonic_ns()
    stopped = part in (*STOPS_ROBOT, "bridge")
    if stopped:
        _watch_stopped(person, robot)
    log = evidence.read_safety_log(stack.safety_log(robot_name(person, robot)))
    return Kill(
        part=part,
        step=seen["telemetry"]["step"],
        back_s=back_s,
        stop_ms=evidence.stop_latency_ms(log, killed_ns) if part in STOPS_ROBOT else None,
        rearmed_itself=stopped
        and evidence.armed_between(log, killed_ns, back_ns + int(STAYS_STOPPED_S * 1e9)),
    )


def _in_mid_episode(person: Operator, step: int) -> tuple[str, JsonObject]:
    """A robot id and its state at `step` of an episode, or later; one that ends early is redone."""
    while True:
        robot = _start_episode(person)
        seen = person.wait_robot(
            robot, lambda r: r["telemetry"]["step"] >= 0, seconds=PATIENCE_S, what="the first step"
        )
        seen = person.wait_robot(
            robot,
            lambda r: r["telemetry"]["step"] >= step or r["telemetry"]["activity"] == "idle",
            seconds=PATIENCE_S,
            what=f"step {step}",
        )
        if seen["telemetry"]["activity"] == "episode":
            return robot, seen


def robot_name(person: Operator, robot_id: str) -> str:
    """The name behind an id."""
    return str(person.robot(robot_id)["name"])


def _start_episode(person: Operator) -> str:
    """Bring the only robot into an episode, re-arming as a person would, and return its id."""
    deadline = time.monotonic() + PATIENCE_S
    last: Exception | None = None
    while time.monotonic() < deadline:
        try:
            robot = person.call("GET", "/robots")[0]
            if not (robot["telemetry"] and robot["telemetry"]["policy_connected"]):
                raise Unavailable("The robot is not connected yet.")
            if robot["telemetry"]["activity"] != "idle":
                person.command(robot["id"], "end_episode")
            if not robot["telemetry"]["armed"]:
                person.arm(robot["id"])
            person.command(robot["id"], "start_episode")
            return str(robot["id"])
        except (Unavailable, Conflict, Refusal) as error:
            last = error
            time.sleep(0.05)  # a person tries again
    raise Unavailable(f"No episode could be started within {PATIENCE_S:g} s: {last}")


def _wait_back(stack: Stack, person: Operator, robot: str, part: str, old: int) -> float:
    """Seconds until a new process serves; infinity when that takes longer than any patience."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE_S:
        pid = stack.pids().get(part)
        if pid not in (None, old) and psutil.pid_exists(pid) and _serves(person, robot, part):
            return time.monotonic() - start
        time.sleep(WATCH_EVERY_S)  # watching processes of another parent
    return float("inf")


def _serves(person: Operator, robot: str, part: str) -> bool:
    try:
        health = person.call("GET", "/health")
        telemetry = person.robot(robot)["telemetry"]
    except (Unavailable, Refusal):
        return False
    if part in ("web", "postgres"):
        return bool(health["parts"]["database"] == "ok")
    if part == "learner":
        return bool(health["parts"]["learner"] == "ok")
    return bool(telemetry and telemetry["policy_connected"])


def _watch_stopped(person: Operator, robot: str) -> None:
    """Look on for a while; the safety log is the judge, this is only the time it gets."""
    until = time.monotonic() + STAYS_STOPPED_S
    while time.monotonic() < until:
        person.wait_robot(robot, lambda _: True, seconds=MUST_BE_BACK_S, what="telemetry")
        time.sleep(0.1)  # sampling, not synchronising


def _settle(person: Operator) -> None:
    """End what is running and wait until the robot's journal is delivered and all is labelled."""
    robot = person.call("GET", "/robots")[0]
    if robot["telemetry"]["activity"] != "idle":
        person.command(robot["id"], "end_episode")
    person.wait_robot(
        robot["id"],
        lambda r: r["telemetry"]["journal_pending"] == 0,
        seconds=PATIENCE_S,
        what="delivery of the journal",
    )
    deadline = time.monotonic() + PATIENCE_S
    while person.call("GET", "/labels/queue", limit=1)["items"]:
        if time.monotonic() > deadline:
            raise Unavailable("The label queue did not run empty.")
        time.sleep(0.1)  # the labeller is another thread of ours, the queue is the console's


def _report(stack: Stack, person: Operator, done: list[Kill], labeller: Labeller) -> JsonObject:
    details = [person.call("GET", f"/episodes/{e['id']}") for e in person.episodes()]
    labels = [label for episode in details for label in episode["labels"]]
    rows = {str(e["id"]): str(e["file_sha256"]) for e in details}
    label_check = check_labels(labeller.acknowledged, labels)
    store_check = check_store(
        rows,
        store.episode_files(stack.data),
        store.journal_actions(stack.data),
        {e: store.recorded_actions(stack.data, sha) for e, sha in rows.items()},
    )
    replay_check = store.replay_check(person, details)
    found = failures(done)
    found += [
        f"labels: {k} = {v}" for k, v in asdict(label_check).items() if k != "acknowledged" and v
    ]
    counted = ("rows", "files", "journals")
    found += [f"store: {k} = {v}" for k, v in asdict(store_check).items() if k not in counted and v]
    found += [f"replay: {line}" for line in replay_check["differences"]]
    table = summary(done)
    extra: dict[str, Any] = {
        "table": table,
        "text": as_text(table),
        "kills": [kill_as_json(kill) for kill in done],
        "labels": asdict(label_check) | {"repeated_posts": labeller.repeats},
        "store": asdict(store_check),
        "replay": replay_check,
        "failures": found,
    }
    return extra
