"""The one query behind all figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from backend.db import Session

_CHOSEN = """
chosen as (
    select e.*, coalesce(r.title, '') as robot_title, r.name as robot_name,
        u.number as run_number, u.name as run_name, l.labeller_id, l.automatic, p.name as labeller,
        e.started_at - make_interval(secs => e.reset_seconds) as reset_at,
        e.critical_steps / 50.0 as seconds,
        case when l.outcome is null or (l.outcome = 'discard' and l.reason = 'undone')
            then 'unlabelled' else l.outcome end as verdict
    from episodes e
    join robots r on r.id = e.robot_id
    left join runs u on u.id = e.run_id
    left join lateral (
        select outcome, reason, labeller_id, automatic from labels
        where episode_id = e.id order by version desc limit 1) l on true
    left join users p on p.id = l.labeller_id
    where e.ended_at >= :begin and e.ended_at < :end
        and (cast(:task as text) is null or e.task_id = :task)
        and (cast(:run as uuid) is null or e.run_id = :run)
        and (cast(:robot as uuid) is null or e.robot_id = :robot)
        and (cast(:regime as text) is null or e.regime = :regime))
"""

_FIGURES = text(f"""
with {_CHOSEN}, keyed as (
    select *, floor(extract(epoch from ended_at) / :bin)::bigint as bin,
        verdict = 'success' as won, verdict in ('success', 'failure') as judged
    from chosen)
select grouping(bin, task_id, robot_id, run_id, policy_version, labeller_id) as grouped,
    bin, task_id, robot_id, run_id, policy_version, labeller_id,
    min(robot_name) as robot_name, min(run_name) as run_name, min(run_number) as run_number,
    min(labeller) as labeller,
    count(*) as episodes,
    count(*) filter (where won) as successes,
    count(*) filter (where verdict = 'failure') as failures,
    count(*) filter (where verdict = 'unlabelled') as unlabelled,
    count(*) filter (where verdict = 'discard') as discarded,
    count(*) filter (where judged and automatic) as automatic_labels,
    coalesce(sum(seconds) filter (where judged), 0)::float8 as active_seconds,
    coalesce(sum(seconds) filter (where won), 0)::float8 as success_seconds,
    coalesce(sum(seconds * seconds) filter (where judged), 0)::float8 as squared_seconds,
    percentile_cont(0.5) within group (order by critical_steps) filter (where won)
        as median_steps,
    coalesce(sum(interventions), 0)::bigint as interventions,
    coalesce(sum(critical_steps), 0) / 50.0::float8 as all_active_seconds,
    coalesce(sum(steps - critical_steps), 0) / 50.0::float8 as approach_seconds,
    coalesce(sum(reset_seconds), 0)::float8 as reset_seconds,
    min(reset_at) as first_at, max(ended_at) as last_at
from keyed
group by grouping sets (
    (), (bin), (task_id), (robot_id), (run_id), (policy_version), (labeller_id))
""")  # noqa: S608  a constant of this module is filled in

_STEPS = text(f"""
with {_CHOSEN}
select case when human_steps > 0 then 'human' when policy_version > 0 then 'rl' else 'base' end
        as driver,
    critical_steps / cast(:width as int) as bar, count(*) as episodes
from chosen where verdict = 'success' group by 1, 2
""")  # noqa: S608

GROUPS = ("bin", "task_id", "robot_id", "run_id", "policy_version", "labeller_id")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which episodes a report is about."""

    begin: datetime
    end: datetime
    bin_seconds: int
    task: str | None = None
    run: UUID | None = None
    robot: UUID | None = None
    regime: str | None = None

    def values(self) -> dict[str, Any]:
        """Parameters of the queries."""
        return {
            "begin": self.begin,
            "end": self.end,
            "bin": self.bin_seconds,
            "task": self.task,
            "run": self.run,
            "robot": self.robot,
            "regime": self.regime,
        }


async def figures(session: Session, chosen: Selection) -> dict[str, list[RowMapping]]:
    """Sums of the whole (key ""), and by bin, task, robot, run, policy version and labeller."""
    found: dict[str, list[RowMapping]] = {name: [] for name in ("", *GROUPS)}
    rows = (await session.execute(_FIGURES, chosen.values())).mappings().all()
    masks = {_mask(name): name for name in found}
    for row in rows:
        found[masks[row["grouped"]]].append(row)
    return found


async def steps(session: Session, chosen: Selection, width: int) -> Sequence[RowMapping]:
    """How many successes took how many steps, by who drove."""
    values = chosen.values() | {"width": width}
    del values["bin"]
    return (await session.execute(_STEPS, values)).mappings().all()


async def revision(session: Session) -> int:
    """How many labels there are."""
    found: int = (await session.execute(text("select count(*) from labels"))).scalar_one()
    return found


async def references(session: Session, task_id: str) -> dict[str, Any]:
    """Recorded reference figures of a task, by regime."""
    query = text('select "references" from tasks where id = :task')
    return (await session.execute(query, {"task": task_id})).scalar_one_or_none() or {}


def _mask(name: str) -> int:
    """What `grouping()` says of a row grouped by `name`: a 1 for every column that is not."""
    bits = ["0" if column == name else "1" for column in GROUPS]
    return int("".join(bits), 2)
