"""How long a report takes over a large history, through the real console."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from backend.errors import Unavailable
from backend.studies.bench.figures import machine, percentiles
from backend.studies.bench.history import A_DAY, fill
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack
from backend.supervisor.postgres import socket_url

WARM_UP = 3
CHOSEN = ("task", "robot", "run")


@dataclass(frozen=True)
class Kind:
    """One kind of report: how far back, in bins of how many seconds, of what."""

    name: str
    hours: float
    bin_seconds: int
    of: str = ""


@dataclass(frozen=True)
class Clock:
    """What the measurements draw from."""

    end: datetime
    dice: random.Random
    repeats: int
    choices: dict[str, list[str]]


def kinds(all_hours: float) -> list[Kind]:
    """Every kind that the pages ask for, and the longest that are allowed."""
    return [
        Kind("cell page: one robot, 4 h", 4, 600, "robot"),
        Kind("report: all, 8 h, 10 min", 8, 600),
        Kind("report: one task, 24 h, 10 min", 24, 600, "task"),
        Kind("report: all, 7 days, 10 min", 168, 600),
        Kind("report: all, 7 days, 1 h", 168, 3600),
        Kind("report: one run, everything, 1 h", min(all_hours, 1199), 3600, "run"),
        Kind("report: all, everything, 1 h", min(all_hours, 1199), 3600),
        Kind("report: all, everything, 1 day", all_hours, 86400),
    ]


class Console(Stack):
    """The product without waiting for a robot: nobody drives here, and nobody learns.

    Learner and rollout would read the two million attempts that appear at once, for minutes.
    """

    ASLEEP = ("learner", "rollout", "evaluator")

    def __enter__(self) -> Self:
        """Start, and put to sleep who has nothing to do with reports."""
        super().__enter__()
        self._send(signal.SIGSTOP)
        return self

    def stop(self) -> None:
        """Wake them first, since asleep they would not hear that it is over."""
        self._send(signal.SIGCONT)
        super().stop()

    def _send(self, what: signal.Signals) -> None:
        for part in self.ASLEEP:
            for process in self.processes(part):
                process.send_signal(what)

    def _ready(self, probe: Operator) -> bool:
        try:
            return bool(probe.call("GET", "/health")["parts"]["database"] == "ok")
        except Unavailable:
            return False


def run(data: Path, *, episodes: int, repeats: int, progress: Callable[[str], None]) -> JsonObject:
    """Time every kind of report `repeats` times, each with another end; milliseconds over HTTP."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    all_hours = (episodes / A_DAY + 1) * 24
    dice = random.Random(0)
    with Console(data, "--no-sim") as stack:
        started = time.monotonic()
        kept = fill(socket_url(data / "postgres"), episodes, end)
        filled = time.monotonic() - started
        progress(f"{episodes} episodes, {kept} rollup rows, made in {filled:.0f} s")
        with stack.operator() as person:
            whole = _ask(person, {"from": (end - timedelta(hours=8)).isoformat()})
            choices = {name: [row["key"] for row in whole[f"by_{name}"]] for name in CHOSEN}
            clock = Clock(end, dice, repeats, choices)
            rows = [_measure(person, kind, clock, progress) for kind in kinds(all_hours)]
    return {"episodes": episodes, "rollup_rows": kept, "rows": rows, "machine": machine()}


def _ask(person: Operator, query: dict[str, str | int]) -> JsonObject:
    answer = person.http.get("/api/v1/reports/throughput", params=query)
    answer.raise_for_status()
    found: JsonObject = answer.json()
    return found


def _measure(
    person: Operator, kind: Kind, clock: Clock, progress: Callable[[str], None]
) -> JsonObject:
    took, answer = [], {}
    for index in range(WARM_UP + clock.repeats):
        query = _query(kind, clock)
        started = time.monotonic()
        answer = _ask(person, query)
        if index >= WARM_UP:
            took.append((time.monotonic() - started) * 1000)
    found = answer["summary"]["episodes"]
    row = {"report": kind.name, "episodes": found} | percentiles(took)
    progress(f"{kind.name}: p50 {row['p50']:.1f} ms, p95 {row['p95']:.1f} ms ({found} episodes)")
    return row


def _query(kind: Kind, clock: Clock) -> dict[str, str | int]:
    until = clock.end - timedelta(seconds=clock.dice.uniform(0, 7200))
    query: dict[str, str | int] = {
        "from": (until - timedelta(hours=kind.hours)).isoformat(),
        "to": until.isoformat(),
        "bin": kind.bin_seconds,
    }
    if kind.of:
        query[kind.of] = clock.dice.choice(clock.choices[kind.of])
    return query
