"""The queries behind all figures: sums of kept bins, and of single attempts at the ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import RowMapping, select, text

from backend.db import Session
from backend.models import ReportState, Robot, Run, User
from backend.models.report import CUBES
from backend.reports.windows import Cut, cut, levels_of, next_border

NONE = UUID(int=0)
"""No run, nobody: what the rollups write for it."""

_COUNTED = (
    "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
    "interventions", "steps", "critical_steps", "active_steps", "success_steps", "squared_steps",
    "reset_ms", "lag_ms", "lagged",
)  # fmt: skip
_COLUMNS = ", ".join((*_COUNTED, "histogram", "rl_histogram", "human_histogram"))
_DIMENSIONS = "task_id, robot_id, run_id, policy, person"
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
# `offset 0` keeps each piece a range of the primary key: joined, the planner read the whole table.
_PARTS = f"""
with asked as (
    select * from unnest(cast(:levels as int[]), cast(:lows as bigint[]), cast(:highs as bigint[]))
        as asked (kept, low, high)),
parts as (
    select kept_bins.* from asked cross join lateral (
        select start, {_DIMENSIONS}, {_COLUMNS}, first_at, last_at
        from report_bins
        where cube = :cube and level = kept and start >= low and start < high and {_FILTER}
        offset 0) as kept_bins
    union all
    select floor(ended / 600)::bigint * 600, {_DIMENSIONS}, {_COLUMNS}, first_at, last_at
    from report_facts
    where ((ended_at >= :begin and ended_at < :head) or (ended_at >= :tail and ended_at < :end))
        and {_FILTER})
"""  # noqa: S608  constants of this module are filled in

_BINS = text(f"""{_PARTS}
select start / :bin * :bin as bin, {_SUMS} from parts group by 1
""")  # noqa: S608

_WHOLE = ("task_id", "robot_id", "run_id")
_TABLES = text(f"""{_PARTS}
select grouping({", ".join(_WHOLE)}) as grouped, {", ".join(_WHOLE)}, {_SUMS} from parts
group by grouping sets ((), (task_id), (robot_id), (run_id))
""")  # noqa: S608
_BY = {
    name: text(f"{_PARTS} select {name}, {_SUMS} from parts group by 1")  # noqa: S608
    for name in ("policy", "person")
}
_DRIVERS = text(f"""{_PARTS}
select coalesce(sum(rl_histogram), 0)::text as rl, coalesce(sum(human_histogram), 0)::text as human
from parts
""")  # noqa: S608


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
    def until(self) -> datetime:
        """The end by which episodes are looked for."""
        return next_border(self.end) if self.present else self.end


async def bins(session: Session, chosen: Selection) -> Sequence[RowMapping]:
    """Sums by bin of the clock; `bin` is its begin."""
    window = cut(chosen.begin, chosen.until, levels_of(chosen.bin_seconds))
    values = _values(chosen, window) | {"bin": chosen.bin_seconds}
    return (await session.execute(_BINS, values)).mappings().all()


async def tables(session: Session, chosen: Selection) -> dict[str, list[RowMapping]]:
    """Sums of the whole (key ""), and by task, robot and run."""
    found: dict[str, list[RowMapping]] = {name: [] for name in ("", *_WHOLE)}
    values = _values(chosen, cut(chosen.begin, chosen.until))
    masks = {_mask(name): name for name in found}
    for row in (await session.execute(_TABLES, values)).mappings().all():
        if row["episodes"] or row["grouped"] == _mask(""):
            found[masks[row["grouped"]]].append(row)
    return found


async def by(
    session: Session, chosen: Selection, what: Literal["policy", "person"]
) -> list[RowMapping]:
    """Sums by policy version, or by who gave the label that counts."""
    values = _values(chosen, cut(chosen.begin, chosen.until), what)
    rows = (await session.execute(_BY[what], values)).mappings().all()
    return [row for row in rows if row["episodes"]]


async def drivers(session: Session, chosen: Selection) -> tuple[str, str]:
    """Histograms of the successes in which the actor drove, and in which a person did."""
    values = _values(chosen, cut(chosen.begin, chosen.until))
    row = (await session.execute(_DRIVERS, values)).one()
    return row.rl, row.human


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


def _values(chosen: Selection, window: Cut, cube: str = "all") -> dict[str, Any]:
    levels, lows, highs = zip(*window.pieces, strict=True) if window.pieces else ((), (), ())
    return {
        "cube": CUBES[cube],
        "task": chosen.task,
        "run": chosen.run,
        "robot": chosen.robot,
        "regime": chosen.regime,
        "begin": window.begin,
        "head": window.head,
        "tail": window.tail,
        "end": window.end,
        "levels": list(levels),
        "lows": list(lows),
        "highs": list(highs),
    }


def _mask(name: str) -> int:
    """What `grouping()` says of a row grouped by `name`: a 1 for every column that is not."""
    bits = ["0" if column == name else "1" for column in _WHOLE]
    return int("".join(bits), 2)
