"""Rollups of reports: clock-aligned sums, moved by triggers with every episode and label.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"

# Exact below 128 steps; above, 64 buckets for each doubling, so that none is wider than 1/64 of
# what it counts.
FUNCTIONS = f"""
create function report_bucket(steps int) returns int language sql immutable strict as $$
    select case when steps < 128 then greatest(steps, 0) else (
        select 128 + (octave - 7) * 64 + ((steps - (1 << octave)) >> (octave - 6))
        from (select length(ltrim(steps::bit(32)::text, '0')) - 1 as octave) as sized) end
$$;

create function report_count_of(steps int) returns numeric language sql immutable strict as $$
    select ('1' || repeat('0', 7 * report_bucket(steps)))::numeric
$$;

create function report_policy(version int) returns int language sql immutable strict as $$
    select case when version < 100 then version else
        version - version % (10 ^ (length(version::text) - 2))::int end
$$;

create view report_facts as
select e.id as episode_id, e.ended_at, extract(epoch from e.ended_at)::float8 as ended,
    e.task_id, e.robot_id, coalesce(e.run_id, {NOBODY}) as run_id, e.regime,
    report_policy(e.policy_version) as policy, coalesce(l.labeller_id, {NOBODY}) as person,
    1 as episodes,
    (v.verdict = 'success')::int as successes,
    (v.verdict = 'failure')::int as failures,
    (v.verdict = 'unlabelled')::int as unlabelled,
    (v.verdict = 'discard')::int as discarded,
    (v.judged and l.automatic)::int as automatic,
    (coalesce(l.version, 0) > 1)::int as corrected,
    e.interventions,
    e.steps::bigint as steps,
    e.critical_steps::bigint as critical_steps,
    case when v.judged then e.critical_steps else 0 end::bigint as active_steps,
    case when v.verdict = 'success' then e.critical_steps else 0 end::bigint as success_steps,
    case when v.judged then e.critical_steps::bigint ^ 2 else 0 end::bigint as squared_steps,
    round(e.reset_seconds * 1000)::bigint as reset_ms,
    case when v.verdict = 'unlabelled' then 0 else
        greatest(0, round(extract(epoch from f.created_at - e.ended_at) * 1000)) end::bigint
        as lag_ms,
    (v.verdict <> 'unlabelled')::int as lagged,
    case when v.verdict = 'success' then report_count_of(e.critical_steps) else 0 end as histogram,
    case when v.verdict = 'success' and v.driver = 'rl'
        then report_count_of(e.critical_steps) else 0 end as rl_histogram,
    case when v.verdict = 'success' and v.driver = 'human'
        then report_count_of(e.critical_steps) else 0 end as human_histogram,
    e.started_at - make_interval(secs => e.reset_seconds) as first_at,
    e.ended_at as last_at
from episodes e
left join lateral (
    select outcome, reason, labeller_id, automatic, version from labels
    where episode_id = e.id order by version desc limit 1) l on true
left join lateral (
    select created_at from labels where episode_id = e.id order by version limit 1) f on true
cross join lateral (
    select case when l.outcome is null or (l.outcome = 'discard' and l.reason = 'undone')
            then 'unlabelled' else l.outcome end as verdict,
        coalesce(l.outcome in ('success', 'failure'), false) as judged,
        case when e.human_steps > 0 then 'human' when e.policy_version > 0 then 'rl'
            else 'base' end as driver) v;
"""  # noqa: S608  constants of this module are filled in

KEYS = "cube, level, start, task_id, robot_id, run_id, regime, policy, person"
COUNTED = (
    "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
    "interventions", "steps", "critical_steps", "active_steps", "success_steps", "squared_steps",
    "reset_ms", "lag_ms", "lagged", "histogram", "rl_histogram", "human_histogram",
)  # fmt: skip
# Three cubes: everything, by policy version, and by who gave the label.
PLACED = f"""(
    select cube, level, floor(ended / level)::bigint * level as start, task_id, robot_id, run_id,
        regime, case cube when 1 then policy else -1 end as policy,
        case cube when 2 then person else {NOBODY} end as person, episode_id,
        {", ".join(COUNTED)}, first_at, last_at
    from report_facts cross join unnest(array[0, 1, 2]) as cube
        cross join unnest(array[600, 3600, 86400]) as level) as placed"""  # noqa: S608

SUMS = ", ".join(
    [f"sum({name}) as {name}" for name in COUNTED]
    + ["min(first_at) as first_at", "max(last_at) as last_at"]
)
LONGER = f"""
    select cube, {{level}} as level, start / {{level}} * {{level}} as start, task_id, robot_id,
        run_id, regime, policy, person, {SUMS}
    from {{finer}} group by 1, 2, 3, 4, 5, 6, 7, 8, 9"""  # noqa: S608

# In order: two transactions that meet in one bin then wait for each other, never in a ring.
MOVE = f"""
create function report_move(episode uuid, direction int) returns void language sql as $$
    insert into report_bins ({KEYS}, {", ".join(COUNTED)}, first_at, last_at)
    select {KEYS}, {", ".join(f"direction * {name}" for name in COUNTED)}, first_at, last_at
    from {PLACED} where episode_id = episode
    order by cube, level
    on conflict ({KEYS}) do update set
        {", ".join(f"{name} = report_bins.{name} + excluded.{name}" for name in COUNTED)},
        first_at = least(report_bins.first_at, excluded.first_at),
        last_at = greatest(report_bins.last_at, excluded.last_at)
$$;

create function report_rebuild() returns void language sql as $$
    delete from report_bins;
    with fine as (
        select floor(ended / 600)::bigint * 600 as start, task_id, robot_id, run_id, regime,
            policy, person, {SUMS}
        from report_facts group by 1, 2, 3, 4, 5, 6, 7),
    short as (
        select cube, 600 as level, start, task_id, robot_id, run_id, regime,
            case cube when 1 then policy else -1 end as policy,
            case cube when 2 then person else {NOBODY} end as person, {SUMS}
        from fine cross join unnest(array[0, 1, 2]) as cube group by 1, 2, 3, 4, 5, 6, 7, 8, 9),
    middle as ({LONGER.format(level=3600, finer="short")}),
    long as ({LONGER.format(level=86400, finer="middle")})
    insert into report_bins ({KEYS}, {", ".join(COUNTED)}, first_at, last_at)
    select * from short union all select * from middle union all select * from long;
    delete from report_state;
    insert into report_state (id, labels) select 1, count(*) from labels
$$;
"""  # noqa: S608

# A label may come before the row of its episode, at the same moment: whoever is second waits for
# the first, and then sees what it wrote.
TRIGGERS = """
create function report_episode() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.id::text, 0));
    perform report_move(new.id, 1);
    return null;
end
$$;

create function report_label_before() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.episode_id::text, 0));
    perform report_move(new.episode_id, -1);
    return new;
end
$$;

create function report_label_after() returns trigger language plpgsql as $$
begin
    perform report_move(new.episode_id, 1);
    insert into report_state (id, labels) values (1, 1)
        on conflict (id) do update set labels = report_state.labels + 1;
    return null;
end
$$;

create trigger report_episode after insert on episodes
    for each row execute function report_episode();

create trigger report_label_before before insert on labels
    for each row execute function report_label_before();

create trigger report_label_after after insert on labels
    for each row execute function report_label_after();
"""

BIG = ("steps", "critical_steps", "active_steps", "success_steps", "squared_steps", "reset_ms",
       "lag_ms")  # fmt: skip


def kind(name: str) -> sa.types.TypeEngine[object]:
    if name.endswith("histogram"):
        return sa.Numeric()
    return sa.BigInteger() if name in BIG else sa.Integer()


def upgrade() -> None:
    # A migration must never queue behind a long reader and block everyone after it.
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "report_bins",
        sa.Column("cube", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("robot_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("policy", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        *(sa.Column(name, kind(name), nullable=False) for name in COUNTED),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(*KEYS.split(", "), name=op.f("pk_report_bins")),
    )
    op.create_table(
        "report_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("labels", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_state")),
    )
    for statements in (FUNCTIONS, MOVE, TRIGGERS):
        for statement in statements.split("\n\n"):
            op.execute(statement)
    op.execute("select report_rebuild()")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("drop trigger report_label_after on labels")
    op.execute("drop trigger report_label_before on labels")
    op.execute("drop trigger report_episode on episodes")
    for name in ("report_label_after", "report_label_before", "report_episode"):
        op.execute(f"drop function {name}()")
    op.execute("drop function report_rebuild()")
    op.execute("drop function report_move(uuid, int)")
    op.execute("drop view report_facts")
    op.execute("drop function report_policy(int)")
    op.execute("drop function report_count_of(int)")
    op.execute("drop function report_bucket(int)")
    op.drop_table("report_state")
    op.drop_table("report_bins")
