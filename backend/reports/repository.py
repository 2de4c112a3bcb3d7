"""The queries behind all figures: sums of kept bins, and of single attempts at the ends."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text

from backend.db import Session
from backend.models import ReportState, Robot, Run, User
from backend.models.report import CUBES
from backend.reports import histogram
from backend.reports.windows import cut, levels_of, next_border

NONE = UUID(int=0)
"""No run, nobody: what the rollups write for it."""

_COUNTED = (
    "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
    "interventions", "steps", "critical_steps", "active_steps", "success_steps", "squared_steps",
    "reset_ms", "lag_ms", "lagged",
)  # fmt: skip
_COLUMNS = f"""start, task_id, robot_id, run_id, policy, person, {", ".join(_COUNTED)},
    histogram, rl_histogram, human_histogram, first_at, last_at"""
_FILTER = """
    (cast(:task as text) is null or task_id = :task)
    and (cast(:run as uuid) is null or run_id = :run)
    and (cast(:robot as uuid) is null or robot_id = :robot)
    and (cast(:regime as text) is null or regime = :regime)
"""
_SUMS = ", ".join(
    [f"coalesce(sum({name}), 0)::bigint as {name}" for name in _COUNTED]
    + ["coalesce(sum(histogram), 0)::text as histogram"]
    + ["min(first_at) as first_at", "max(last_at) as last_at"]
)
_DRIVERS = ", ".join(
    f"coalesce(sum({name}), 0)::text as {name}" for name in ("rl_histogram", "human_histogram")
)
_NO_DRIVERS = "null as rl_histogram, null as human_histogram"
_WHOLE = ("task_id", "robot_id", "run_id")
WHOLE = "whole"


def _parts(cube: str, levels: str) -> str:
    """The kept bins of one cube and the attempts at the ends.

    `offset 0` keeps each piece a range of the primary key: joined, the planner read all of them.
    """
    return f"""(
    select piece.* from asked cross join lateral (
        select {_COLUMNS} from report_bins
        where cube = {CUBES[cube]} and level = kept and start >= low and start < high and {_FILTER}
        offset 0) as piece
    where purpose = '{levels}'
    union all select {_COLUMNS} from ends) as parts"""  # noqa: S608  constants of this module


def _summed(cubes: tuple[str, str, str]) -> TextClause:
    """One statement for all of it: the attempts at the ends are looked at once.

    `cubes`: those of the bins, of the policy versions and of the people.
    """
    bins, policies, people = cubes
    return text(f"""
with asked as (
    select * from unnest(
        cast(:purposes as text[]), cast(:levels as int[]), cast(:lows as bigint[]),
        cast(:highs as bigint[])) as asked (purpose, kept, low, high)),
ends as materialized (
    select floor(ended / 600)::bigint * 600 as start, report_facts.*
    from report_facts
    where ((ended_at >= :begin and ended_at < :head) or (ended_at >= :tail and ended_at < :end))
        and {_FILTER})
select 'bin' as kind, (start / :bin * :bin)::text as key, {_SUMS}, {_NO_DRIVERS}
from {_parts(bins, "bins")} group by 2
union all
select case grouping({", ".join(_WHOLE)}) when 7 then '{WHOLE}' when 3 then 'task' when 5
    then 'robot' else 'run' end, coalesce(task_id, robot_id::text, run_id::text, ''), {_SUMS},
    {_DRIVERS}
from {_parts("all", "whole")} group by grouping sets ((), (task_id), (robot_id), (run_id))
union all
select 'policy', policy::text, {_SUMS}, {_NO_DRIVERS}
from {_parts(policies, "whole")} group by 2
union all
select 'person', person::text, {_SUMS}, {_NO_DRIVERS}
from {_parts(people, "whole")} group by 2
""")  # noqa: S608


_OF_ALL = _summed(("total", "total_policy", "total_person"))
_OF_SOME = _summed(("all", "policy", "person"))


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
    present: bool = False
    """Whether `end` is now: nothing has ended after it, so its bin of ten minutes counts whole."""

    @property
    def of_all(self) -> bool:
        """Whether no task, run, robot or regime is chosen."""
        return (self.task, self.run, self.robot, self.regime) == (None,) * 4

    @property
    def until(self) -> datetime:
        """The end by which episodes are looked for."""
        return next_border(self.end) if self.present else self.end


Row = dict[str, Any]
"""Sums by column name, and `median_steps` of the successes."""


@dataclass(frozen=True, kw_only=True)
class Summed:
    """Sums over the chosen episodes: of all, and by what a report groups by."""

    whole: Row
    """With the histograms of the successes in which the actor drove, and in which a person did."""
    bins: dict[int, Row]
    """By begin of the bin, seconds since the epoch."""
    task: dict[str, Row]
    robot: dict[UUID, Row]
    run: dict[UUID, Row]
    policy: dict[int, Row]
    person: dict[UUID, Row]


async def summed(session: Session, chosen: Selection) -> Summed:
    """Everything that a report says, from kept bins and the attempts at the ends."""
    statement = _OF_ALL if chosen.of_all else _OF_SOME
    rows = (await session.execute(statement, _values(chosen))).mappings().all()
    medians = histogram.medians([row["histogram"] for row in rows])
    found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row, median in zip(rows, medians, strict=True):
        # What was moved elsewhere leaves a row of zeros.
        if row["episodes"] or row["kind"] == WHOLE:
            found[row["kind"]][row["key"]] = {**row, "median_steps": median}
    return Summed(
        whole=found[WHOLE][""],
        bins={int(key): row for key, row in found["bin"].items()},
        task=found["task"],
        robot={UUID(key): row for key, row in found["robot"].items()},
        run={UUID(key): row for key, row in found["run"].items()},
        policy={int(key): row for key, row in found["policy"].items()},
        person={UUID(key): row for key, row in found["person"].items()},
    )


async def robot_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of robots."""
    rows = await session.execute(select(Robot.id, Robot.name).where(Robot.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def run_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Numbers and names of runs."""
    rows = await session.execute(select(Run.id, Run.number, Run.name).where(Run.id.in_(ids)))
    return {row.id: f"{row.number} {row.name}" for row in rows}


async def people_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of accounts."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def revision(session: Session) -> int:
    """How many labels there are."""
    return await session.scalar(select(ReportState.labels)) or 0


async def references(session: Session, task_id: str) -> dict[str, Any]:
    """Recorded reference figures of a task, by regime."""
    query = text('select "references" from tasks where id = :task')
    return (await session.execute(query, {"task": task_id})).scalar_one_or_none() or {}


async def rebuild(session: Session) -> None:
    """Make the rollups anew from every episode and label, as after a restore without them."""
    await session.execute(text("select report_rebuild()"))


def _values(chosen: Selection) -> dict[str, Any]:
    whole = cut(chosen.begin, chosen.until)
    fine = cut(chosen.begin, chosen.until, levels_of(chosen.bin_seconds))
    pieces = [("bins", *piece) for piece in fine.pieces] + [("whole", *p) for p in whole.pieces]
    purposes, levels, lows, highs = zip(*pieces, strict=True) if pieces else ((), (), (), ())
    return {
        "bin": chosen.bin_seconds,
        "task": chosen.task,
        "run": chosen.run,
        "robot": chosen.robot,
        "regime": chosen.regime,
        "begin": whole.begin,
        "head": whole.head,
        "tail": whole.tail,
        "end": whole.end,
        "purposes": list(purposes),
        "levels": list(levels),
        "lows": list(lows),
        "highs": list(highs),
    }
