"""How long a report takes over a large history, through the real console."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from backend.errors import Unavailable
from backend.studies.bench.figures import machine, percentiles
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack
from backend.supervisor.postgres import socket_url

ROBOTS = 20
RUNS = 20
PEOPLE = 6
SHIFT_HOURS = 8
PER_HOUR = 310
"""Attempts of one robot: twelve seconds each, resets included."""
WARM_UP = 3
CHOSEN = ("task", "robot", "run")

ROWS = """
insert into users (id, name, display_name, role)
    select gen_random_uuid(), 'rater-' || n, 'Rater ' || n, 'labeller'
    from generate_series(1, %(people)s) n;
insert into robots (id, name, kind, spec)
    select gen_random_uuid(), 'bench-' || n, 'simulated', '{}'
    from generate_series(1, %(robots)s) n;
insert into runs (id, name, task_id, regime, algorithm, config)
    select gen_random_uuid(), 'bench ' || n,
        (array['ethernet', 'charger', 'screw', 'zip_tie'])[1 + n %% 4], 'critical', 'rlt', '{}'
    from generate_series(1, %(runs)s) n;
"""
EPISODES = """
with robot as (select array_agg(id order by name) as ids from robots where name like 'bench-%%'),
run as (select array_agg(id order by number) as ids, array_agg(task_id order by number) as tasks
    from runs where name like 'bench %%'),
drawn as (
    select n, n %% %(robots)s as r, random() as luck,
        60 + (random() * random() * 500)::int as critical,
        %(end)s - make_interval(
            days => (n / %(a_day)s)::int,
            secs => (n %% %(a_day)s) * %(shift)s / %(a_day)s + random()) as ended
    from generate_series(0, %(episodes)s - 1) n)
insert into episodes (id, robot_id, task_id, run_id, regime, seed, started_at, ended_at, steps,
    critical_steps, interventions, human_steps, reset_seconds, ended_by, truncated, policy_version,
    file_sha256, file_bytes)
select gen_random_uuid(), robot.ids[1 + r], run.tasks[1 + r %% %(runs)s],
    run.ids[1 + r %% %(runs)s], case when r %% 5 = 0 then 'full' else 'critical' end, n,
    ended - make_interval(secs => critical / 50.0), ended,
    critical + case when r %% 5 = 0 then 120 else 0 end, critical,
    (luck < 0.05)::int, case when luck < 0.05 then 40 else 0 end, 6, 'success', false,
    case when luck > 0.9 then 0 else n / %(robots)s / 10 end, md5(n::text) || md5((-n)::text), 1
from drawn, robot, run
"""
LABELS = """
with person as (select array_agg(id) as ids from users where name like 'rater-%%')
insert into labels (id, episode_id, version, outcome, labeller_id, automatic, created_at)
select gen_random_uuid(), e.id, v,
    (array['success', 'success', 'success', 'failure'])[1 + (e.seed + v) %% 4],
    person.ids[1 + (extract(hour from e.ended_at)::int / 2 + v) %% %(people)s], e.seed %% 6 = 0,
    e.ended_at + make_interval(secs => 4 * v)
from person, episodes e, generate_series(1, 2) v
where e.seed %% 20 <> 0 and (v = 1 or e.seed %% 33 = 0)
"""
CLOSE = """
select report_rebuild();
update episodes set judged = true where episode_is_judged(id);
analyze
"""


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
    """The product without waiting for a robot: nobody drives here."""

    def _ready(self, probe: Operator) -> bool:
        try:
            return bool(probe.call("GET", "/health")["parts"]["database"] == "ok")
        except Unavailable:
            return False


def run(data: Path, *, episodes: int, repeats: int, progress: Callable[[str], None]) -> JsonObject:
    """Time every kind of report `repeats` times, each with another end; milliseconds over HTTP."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    a_day = ROBOTS * SHIFT_HOURS * PER_HOUR
    all_hours = (episodes / a_day + 1) * 24
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


def fill(url: str, episodes: int, end: datetime) -> int:
    """Make the history in SQL, with the rollups at its end; returns how many rows those have."""
    a_day = ROBOTS * SHIFT_HOURS * PER_HOUR
    values = {
        "people": PEOPLE, "robots": ROBOTS, "runs": RUNS, "episodes": episodes, "end": end,
        "a_day": a_day, "shift": SHIFT_HOURS * 3600.0,
    }  # fmt: skip
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local work_mem = '256MB'")
        for statement in (ROWS, EPISODES, LABELS):
            connection.execute(statement, values)
        connection.execute(CLOSE)
        found = connection.execute("select count(*) from report_bins").fetchone()
    return int(found[0]) if found else 0


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
