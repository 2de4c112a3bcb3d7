"""The throughput report: successes per ten minutes, two figures that are never mixed."""

import csv
import io
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from math import ceil
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

Group = repository.Row


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
    sums = await repository.summed(session, chosen)
    total = sums.whole
    begin, end = _span(chosen, total)
    return Throughput(
        definition=DEFINITION,
        begin=chosen.begin,
        end=chosen.end,
        bin_seconds=chosen.bin_seconds,
        summary=ClockFigures(**_clock(_figures(total), (end - begin).total_seconds())),
        bins=_bins(chosen, sums.bins, begin, end),
        references=await _references(session, chosen, list(sums.task)),
        by_task=[_row(group, task, task) for task, group in sums.task.items()],
        by_robot=await _named(session, sums.robot, repository.robot_names),
        by_run=await _named(session, sums.run, repository.run_names),
        by_policy=[_policy_row(first, group) for first, group in sorted(sums.policy.items())],
        by_labeller=[
            row for row in await _named(session, sums.person, repository.people_names) if row.key
        ],
        time_split=_time_split(total, sums.robot.values(), chosen),
        steps=_steps(total),
        computed_at=now,
        revision=await repository.revision(session),
    )


def as_csv(report: Throughput) -> str:
    """The bins as a table for a spreadsheet."""
    text = io.StringIO()
    columns = [one.name for one in fields(Bin) if one.name not in {"wilson", "start"}]
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
        "median_steps": group["median_steps"],
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
    chosen: Selection, by_start: Mapping[int, Group], begin: datetime, end: datetime
) -> list[Bin]:
    """Every bin of the window, empty ones too, aligned to the clock."""
    size = chosen.bin_seconds
    first, last = chosen.begin.timestamp(), chosen.end.timestamp()
    busy, idle = begin.timestamp(), end.timestamp()
    bins = []
    for start in range(int(first // size) * size, ceil(last), size):
        group = by_start.get(start)
        figures = _figures(group) if group else NOTHING
        wall = max(0.0, min(start + size, idle) - max(start, busy))
        opens = datetime.fromtimestamp(start, UTC)
        inside = min(start + size, last) - max(start, first)
        bins.append(Bin(**_clock(figures, wall), start=opens, seconds=inside))
    return bins


EMPTY: Group = dict.fromkeys(
    (
        "episodes", "successes", "failures", "unlabelled", "discarded", "automatic", "corrected",
        "interventions", "steps", "active_steps", "success_steps", "squared_steps", "reset_ms",
        "lag_ms", "lagged",
    ),
    0,
) | {"median_steps": None}  # fmt: skip
NOTHING = _figures(EMPTY)


def _row(group: Group, key: str, name: str, upto: int | None = None) -> Row:
    return Row(**_figures(group), key=key, name=name, upto=upto)


async def _named(
    session: Session,
    found: Mapping[UUID, Group],
    names_of: Callable[[Session, Collection[UUID]], Awaitable[dict[UUID, str]]],
) -> list[Row]:
    """Rows under their names; those of nobody and of no run have neither key nor name."""
    names = await names_of(session, found.keys())
    rows = (
        _row(group, "" if key == NONE else str(key), names.get(key, "–"))
        for key, group in found.items()
    )
    return sorted(rows, key=lambda row: row.name)


def _policy_row(first: int, group: Group) -> Row:
    """Versions with the same first two figures."""
    upto = first + 10 ** max(0, len(str(first)) - 2) - 1
    name = f"v{first}" if upto == first else f"v{first}–{upto}"
    return _row(group, str(first), name, upto)


def _time_split(total: Group, robots: Iterable[Group], chosen: Selection) -> TimeSplit:
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
    session: Session, chosen: Selection, named: list[str]
) -> dict[str, Reference]:
    """Only for a selection of one task: figures of different tasks do not compare."""
    task = chosen.task or (named[0] if len(named) == 1 else None)
    if task is None:
        return {}
    recorded = (await repository.references(session, task)).get(chosen.regime or "critical", {})
    return {
        name: Reference.model_validate(recorded[name])
        for name in ("base", "teleop")
        if name in recorded
    }


def _steps(total: Group) -> Histogram:
    by_rl, by_human = total["rl_histogram"], total["human_histogram"]
    # Seven digits never overflow, so that histograms are added and taken away as numbers.
    by_base = str(int(total["histogram"]) - int(by_rl) - int(by_human))
    parts = [histogram.decode(number) for number in (by_base, by_rl, by_human)]
    width, (base, rl, human) = histogram.bars(parts, MOST_BARS)
    return Histogram(width=width, base=base, rl=rl, human=human)
