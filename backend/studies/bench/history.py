"""A history of many attempts and labels, made in the database itself."""

from datetime import datetime

import psycopg
from psycopg import sql

ROBOTS = 20
RUNS = 20
PEOPLE = 6
SHIFT_HOURS = 8
PER_HOUR = 310
"""Attempts of one robot: twelve seconds each, resets included."""
A_DAY = ROBOTS * SHIFT_HOURS * PER_HOUR

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
    file_sha256, file_bytes, judged, written_xid)
select uuidv7(), robot.ids[1 + r], run.tasks[1 + r %% %(runs)s],
    run.ids[1 + r %% %(runs)s], case when r %% 5 = 0 then 'full' else 'critical' end, n,
    ended - make_interval(secs => critical / 50.0), ended,
    critical + case when r %% 5 = 0 then 120 else 0 end, critical,
    (luck < 0.05)::int, case when luck < 0.05 then 40 else 0 end, 6, 'success', false,
    case when luck > 0.9 then 0 else n / %(robots)s / 10 end, md5(n::text) || md5((-n)::text), 1,
    n %% 20 <> 0, 1
from drawn, robot, run
"""
LABELS = """
with person as (select array_agg(id) as ids from users where name like 'rater-%%')
insert into labels (id, episode_id, version, outcome, labeller_id, automatic, created_at,
    written_xid)
select uuidv7(), e.id, v,
    (array['success', 'success', 'success', 'failure'])[1 + (e.seed + v) %% 4],
    person.ids[1 + (extract(hour from e.ended_at)::int / 2 + v) %% %(people)s], e.seed %% 6 = 0,
    e.ended_at + make_interval(secs => 4 * v), 1
from person, episodes e, generate_series(1, 2) v
where e.seed %% 20 <> 0 and (v = 1 or e.seed %% 33 = 0)
"""
"""Both are written as if before everything else (`written_xid`): whoever follows new rows, as the
live pages do, is not told of two million at once."""
CLOSE = "select report_rebuild()"
INDEXES = """
select indexname, indexdef from pg_indexes
where schemaname = 'public' and tablename in ('episodes', 'labels')
    and indexname not in (select conname from pg_constraint)
"""


def fill(url: str, episodes: int, end: datetime) -> int:
    """Make the history in SQL, with the rollups at its end; returns how many rows those have."""
    values = {
        "people": PEOPLE, "robots": ROBOTS, "runs": RUNS, "episodes": episodes, "end": end,
        "a_day": A_DAY, "shift": SHIFT_HOURS * 3600.0,
    }  # fmt: skip
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        # Triggers would move the rollups two million times; they are built once, at the end.
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local lock_timeout = '30s'")
        connection.execute("set local work_mem = '256MB'")
        connection.execute("set local maintenance_work_mem = '256MB'")
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        for statement in (ROWS, EPISODES, LABELS):
            connection.execute(statement, values)
        for _, made_by in indexes:
            connection.execute(made_by)
        connection.execute(CLOSE)
        found = connection.execute("select count(*) from report_bins").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze) episodes, labels, report_bins")
    return int(found[0]) if found else 0
