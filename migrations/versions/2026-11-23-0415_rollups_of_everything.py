"""Rollups of everything together, for reports of all; made anew in the order they are read in.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
KEYS = "cube, level, start, task_id, robot_id, run_id, regime, policy, person"
COUNTED = (
    "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
    "interventions", "steps", "critical_steps", "active_steps", "success_steps", "squared_steps",
    "reset_ms", "lag_ms", "lagged", "histogram", "rl_histogram", "human_histogram",
)  # fmt: skip
SUMS = ", ".join(
    [f"sum({name}) as {name}" for name in COUNTED]
    + ["min(first_at) as first_at", "max(last_at) as last_at"]
)

# Cubes 0, 1 and 2: by task, robot, run and regime, and these by policy version and by person.
OLD = f"""task_id, robot_id, run_id, regime,
        case cube when 1 then policy else -1 end as policy,
        case cube when 2 then person else {NOBODY} end as person"""
# Cubes 3, 4 and 5: everything together, by policy version, and by person.
NEW = f"""case when cube < 3 then task_id else '' end as task_id,
        case when cube < 3 then robot_id else {NOBODY} end as robot_id,
        case when cube < 3 then run_id else {NOBODY} end as run_id,
        case when cube < 3 then regime else '' end as regime,
        case when cube in (1, 4) then policy else -1 end as policy,
        case when cube in (2, 5) then person else {NOBODY} end as person"""

LONGER = f"""
    select cube, {{level}} as level, start / {{level}} * {{level}} as start, task_id, robot_id,
        run_id, regime, policy, person, {SUMS}
    from {{finer}} group by 1, 2, 3, 4, 5, 6, 7, 8, 9"""  # noqa: S608  constants of this module


def _functions(cubes: str, kept: str, order: str) -> tuple[str, str]:
    move = f"""
create or replace function report_move(episode uuid, direction int) returns void
language sql as $$
    insert into report_bins ({KEYS}, {", ".join(COUNTED)}, first_at, last_at)
    select {KEYS}, {", ".join(f"direction * {name}" for name in COUNTED)}, first_at, last_at
    from (
        select cube, level, floor(ended / level)::bigint * level as start, {kept},
            {", ".join(COUNTED)}, first_at, last_at
        from report_facts cross join unnest(array[{cubes}]) as cube
            cross join unnest(array[600, 3600, 86400]) as level
        where episode_id = episode) as placed
    order by cube, level
    on conflict ({KEYS}) do update set
        {", ".join(f"{name} = report_bins.{name} + excluded.{name}" for name in COUNTED)},
        first_at = least(report_bins.first_at, excluded.first_at),
        last_at = greatest(report_bins.last_at, excluded.last_at)
$$"""  # noqa: S608
    rebuild = f"""
create or replace function report_rebuild() returns void language sql as $$
    delete from report_bins;
    with fine as (
        select floor(ended / 600)::bigint * 600 as start, task_id, robot_id, run_id, regime,
            policy, person, {SUMS}
        from report_facts group by 1, 2, 3, 4, 5, 6, 7),
    placed as (
        select cube, 600 as level, start, {kept}, {", ".join(COUNTED)}, first_at, last_at
        from fine cross join unnest(array[{cubes}]) as cube),
    short as (select {KEYS}, {SUMS} from placed group by {KEYS}),
    middle as ({LONGER.format(level=3600, finer="short")}),
    long as ({LONGER.format(level=86400, finer="middle")})
    insert into report_bins ({KEYS}, {", ".join(COUNTED)}, first_at, last_at)
    select * from short union all select * from middle union all select * from long {order};
    delete from report_state;
    insert into report_state (id, labels) select 1, count(*) from labels
$$"""  # noqa: S608
    return move, rebuild


def _remake(cubes: str, kept: str, order: str) -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in _functions(cubes, kept, order):
        op.execute(statement)
    op.execute("select report_rebuild()")


def upgrade() -> None:
    # Rows of one window then share pages, as those do that grew with time.
    _remake("0, 1, 2, 3, 4, 5", NEW, "order by cube, level, start")


def downgrade() -> None:
    _remake("0, 1, 2", OLD, "")
