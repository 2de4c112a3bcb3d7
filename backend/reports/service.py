"""The throughput report: successes per ten minutes, two figures that are never mixed."""

import csv
import io
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.db import Session
from backend.errors import BadRequest
from backend.reports import histogram, repository
from backend.reports.repository import NONE, Selection
from backend.reports.schemas import (
    DEFINITION,
    Bin,
    ClockFigures,
    Histogram,
    Reference,
    Row,
    Throughput,
    TimeSplit,
)
from backend.reports.statistics import Sums, rate_interval, wilson

TEN_MINUTES = 600.0
STEPS_PER_SECOND = 50
MOST_BINS = 1200
MOST_BARS = 400

Group = Any
"""One row of sums, by column name."""


def check(chosen: Selection) -> None:
    """Refuse a window that is empty or has too many bins, in words."""
    seconds = (chosen.end - chosen.begin).total_seconds()
    if seconds <= 0:
        raise BadRequest("`from` must be before `to`.")
    if seconds / chosen.bin_seconds > MOST_BINS:
        least = int(seconds / MOST_BINS // TEN_MINUTES + 1) * 600
        raise BadRequest(f"That is more than {MOST_BINS} bins: use a bin of {least} s or more.")


async def throughput(session: Session, chosen: Selection, now: datetime) -> Throughput:
    """Everything about the chosen episodes."""
    check(chosen)
    groups = await repository.tables(session, chosen)
    total = groups[""][0]
    people = await repository.by(session, chosen, "person")
    begin, end = _span(chosen, total)
    return Throughput(
        definition=DEFINITION,
        begin=chosen.begin,
        end=chosen.end,
        bin_seconds=chosen.bin_seconds,
        summary=ClockFigures(**_clock(_figures(total), (end - begin).total_seconds())),
        bins=_bins(chosen, await repository.bins(session, chosen), begin, end),
        references=await _references(session, chosen, groups["task_id"]),
        by_task=[_row(g, g["task_id"], g["task_id"]) for g in groups["task_id"]],
        by_robot=await _named(session, groups["robot_id"], "robot_id", repository.robot_names),
        by_run=await _named(session, groups["run_id"], "run_id", repository.run_names),
        by_policy=[
            _policy_row(group)
            for group in sorted(
                await repository.by(session, chosen, "policy"), key=lambda group: group["policy"]
            )
        ],
        by_labeller=[
            row
            for row in await _named(session, people, "person", repository.people_names)
            if row.key
        ],
        time_split=_time_split(total, groups["robot_id"], chosen),
        steps=_steps(total, *await repository.drivers(session, chosen)),
        computed_at=now,
        revision=await repository.revision(session),
    )


def as_csv(report: Throughput) -> str:
    """The bins as a table for a spreadsheet."""
    text = io.StringIO()
    columns = [name for name in Bin.model_fields if name not in {"wilson", "start"}]
    writer = csv.writer(text)
    writer.writerow(["start", *columns, "wilson_low", "wilson_high"])
    for one in report.bins:
        values = [_cell(getattr(one, name)) for name in columns]
        writer.writerow([one.start.isoformat(), *values, *(one.wilson or ("", ""))])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return "–".join(f"{part:.6g}" for part in value)
    return "" if value is None else value


def _span(chosen: Selection, total: Group) -> tuple[datetime, datetime]:
    """From the first reset to the last end, inside the window."""
    if total["first_at"] is None:
        return chosen.begin, chosen.begin
    return max(chosen.begin, total["first_at"]), min(chosen.end, total["last_at"])


def _figures(group: Group) -> dict[str, Any]:
    successes, failures = group["successes"], group["failures"]
    judged, seconds = successes + failures, group["active_steps"] / STEPS_PER_SECOND
    sums = Sums(
        trials=judged,
        successes=successes,
        seconds=seconds,
        success_seconds=group["success_steps"] / STEPS_PER_SECOND,
        squared_seconds=group["squared_steps"] / STEPS_PER_SECOND**2,
    )
    return {
        "episodes": group["episodes"],
        "successes": successes,
        "failures": failures,
        "unlabelled": group["unlabelled"],
        "discarded": group["discarded"],
        "success_rate": successes / judged if judged else None,
        "wilson": wilson(successes, judged),
        "active_seconds": seconds,
        "per_10min_active": successes * TEN_MINUTES / seconds if seconds else None,
        "per_10min_active_interval": rate_interval(sums, TEN_MINUTES),
        "median_steps": histogram.median(histogram.decode(group["histogram"])),
        "interventions": group["interventions"],
        "robot_seconds": group["steps"] / STEPS_PER_SECOND + group["reset_ms"] / 1000,
        "label_lag_seconds": group["lag_ms"] / group["lagged"] / 1000 if group["lagged"] else None,
        "corrected": group["corrected"],
        "automatic_labels": group["automatic"],
    }


def _clock(figures: dict[str, Any], wall: float) -> dict[str, Any]:
    per_wall = figures["successes"] * TEN_MINUTES / wall if wall > 0 else None
    return figures | {"wall_seconds": wall, "per_10min_wall": per_wall}


def _bins(
    chosen: Selection, groups: Collection[Group], begin: datetime, end: datetime
) -> list[Bin]:
    """Every bin of the window, empty ones too, aligned to the clock."""
    by_start = {group["bin"]: group for group in groups}
    first = int(chosen.begin.timestamp() // chosen.bin_seconds) * chosen.bin_seconds
    bins = []
    for start in range(first, _ceiling(chosen.end), chosen.bin_seconds):
        opens = datetime.fromtimestamp(start, UTC)
        closes = opens + timedelta(seconds=chosen.bin_seconds)
        wall = (min(closes, end) - max(opens, begin)).total_seconds()
        shown = min(closes, chosen.end) - max(opens, chosen.begin)
        group = by_start.get(start)
        # Our own figures need no second look, and a week has a thousand bins.
        figures = _clock(_figures(group) if group else NOTHING, max(wall, 0.0))
        bins.append(Bin.model_construct(**figures, start=opens, seconds=shown.total_seconds()))
    return bins


def _ceiling(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)


EMPTY: Group = dict.fromkeys(
    (
        "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
        "interventions", "steps", "active_steps", "success_steps", "squared_steps", "reset_ms",
        "lag_ms", "lagged",
    ),
    0,
) | {"histogram": "0"}  # fmt: skip
NOTHING = _figures(EMPTY)


def _row(group: Group, key: str, name: str, upto: int | None = None) -> Row:
    return Row(**_figures(group), key=key, name=name, upto=upto)


async def _named(
    session: Session,
    found: list[Group],
    column: str,
    names_of: Callable[[Session, Collection[UUID]], Awaitable[dict[UUID, str]]],
) -> list[Row]:
    """Rows under their names; those of nobody and of no run have neither key nor name."""
    names = await names_of(session, [group[column] for group in found])
    rows = (
        _row(
            group,
            "" if group[column] == NONE else str(group[column]),
            names.get(group[column], "–"),
        )
        for group in found
    )
    return sorted(rows, key=lambda row: row.name)


def _policy_row(group: Group) -> Row:
    """Versions with the same first two figures."""
    first = group["policy"]
    upto = first + 10 ** max(0, len(str(first)) - 2) - 1
    name = f"v{first}" if upto == first else f"v{first}–{upto}"
    return _row(group, str(first), name, upto)


def _time_split(total: Group, robots: list[Group], chosen: Selection) -> TimeSplit:
    spans = (_span(chosen, robot) for robot in robots)
    clock = sum((end - begin).total_seconds() for begin, end in spans)
    active = total["critical_steps"] / STEPS_PER_SECOND
    approach = (total["steps"] - total["critical_steps"]) / STEPS_PER_SECOND
    reset = total["reset_ms"] / 1000
    return TimeSplit(
        active_seconds=active,
        approach_seconds=approach,
        reset_seconds=reset,
        rest_seconds=max(0.0, clock - active - approach - reset),
    )


async def _references(
    session: Session, chosen: Selection, tasks: list[Group]
) -> dict[str, Reference]:
    """Only for a selection of one task: figures of different tasks do not compare."""
    named = [group["task_id"] for group in tasks]
    task = chosen.task or (named[0] if len(named) == 1 else None)
    if task is None:
        return {}
    recorded = (await repository.references(session, task)).get(chosen.regime or "critical", {})
    return {
        name: Reference.model_validate(recorded[name])
        for name in ("base", "teleop")
        if name in recorded
    }


def _steps(total: Group, by_rl: str, by_human: str) -> Histogram:
    # Seven digits never overflow, so that histograms are added and taken away as numbers.
    by_base = str(int(total["histogram"]) - int(by_rl) - int(by_human))
    parts = [histogram.decode(number) for number in (by_base, by_rl, by_human)]
    width, (base, rl, human) = histogram.bars(parts, MOST_BARS)
    return Histogram(width=width, base=base, rl=rl, human=human)
