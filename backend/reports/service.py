"""The throughput report: successes per ten minutes, two figures that are never mixed."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.db import Session
from backend.errors import BadRequest
from backend.reports import repository
from backend.reports.repository import Selection
from backend.reports.schemas import (
    DEFINITION,
    Bin,
    ClockFigures,
    Figures,
    Histogram,
    Reference,
    Row,
    Throughput,
    TimeSplit,
)
from backend.reports.statistics import Sums, rate_interval, wilson

TEN_MINUTES = 600.0
MOST_BINS = 2000
BAR_STEPS = 10
MOST_BARS = 400

Group = Any
"""One row of sums, by column name."""


def check(chosen: Selection) -> None:
    """Refuse a window that is empty or has too many bins, in words."""
    seconds = (chosen.end - chosen.begin).total_seconds()
    if seconds <= 0:
        raise BadRequest("`from` must be before `to`.")
    if seconds / chosen.bin_seconds > MOST_BINS:
        least = int(seconds // MOST_BINS) + 1
        raise BadRequest(f"That is more than {MOST_BINS} bins: use a bin of {least} s or more.")


async def throughput(session: Session, chosen: Selection, now: datetime) -> Throughput:
    """Everything about the chosen episodes."""
    check(chosen)
    groups = await repository.figures(session, chosen)
    total = groups[""][0]
    begin, end = _span(chosen, total)
    return Throughput(
        definition=DEFINITION,
        begin=chosen.begin,
        end=chosen.end,
        bin_seconds=chosen.bin_seconds,
        summary=_clock_figures(total, (end - begin).total_seconds()),
        bins=_bins(chosen, groups["bin"], begin, end),
        references=await _references(session, chosen, groups["task_id"]),
        by_task=[_row(g, str(g["task_id"]), str(g["task_id"])) for g in groups["task_id"]],
        by_robot=[_row(g, str(g["robot_id"]), g["robot_name"]) for g in groups["robot_id"]],
        by_run=[_row(g, str(g["run_id"] or ""), _run_name(g)) for g in groups["run_id"]],
        by_policy=[
            _row(g, str(g["policy_version"]), f"v{g['policy_version']}")
            for g in sorted(groups["policy_version"], key=lambda one: one["policy_version"])
        ],
        by_labeller=[
            _row(g, str(g["labeller_id"]), g["labeller"])
            for g in groups["labeller_id"]
            if g["labeller_id"] is not None
        ],
        time_split=_time_split(total, groups["robot_id"], chosen),
        steps=await _steps(session, chosen),
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
    judged, seconds = successes + failures, group["active_seconds"]
    sums = Sums(
        trials=judged,
        successes=successes,
        seconds=seconds,
        success_seconds=group["success_seconds"],
        squared_seconds=group["squared_seconds"],
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
        "automatic_labels": group["automatic_labels"],
    }


def _clock_figures(group: Group, wall: float) -> ClockFigures:
    per_wall = group["successes"] * TEN_MINUTES / wall if wall > 0 else None
    return ClockFigures(**_figures(group), wall_seconds=wall, per_10min_wall=per_wall)


def _bins(chosen: Selection, groups: list[Group], begin: datetime, end: datetime) -> list[Bin]:
    """Every bin of the window, empty ones too, aligned to the clock."""
    by_start = {group["bin"] * chosen.bin_seconds: group for group in groups}
    first = int(chosen.begin.timestamp() // chosen.bin_seconds) * chosen.bin_seconds
    bins = []
    for start in range(first, _ceiling(chosen.end), chosen.bin_seconds):
        opens = datetime.fromtimestamp(start, UTC)
        closes = opens + timedelta(seconds=chosen.bin_seconds)
        wall = (min(closes, end) - max(opens, begin)).total_seconds()
        shown = min(closes, chosen.end) - max(opens, chosen.begin)
        figures = _clock_figures(by_start.get(start, EMPTY), max(wall, 0.0))
        bins.append(Bin(**figures.model_dump(), start=opens, seconds=shown.total_seconds()))
    return bins


def _ceiling(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)


EMPTY: Group = {
    "episodes": 0, "successes": 0, "failures": 0, "unlabelled": 0, "discarded": 0,
    "active_seconds": 0.0, "success_seconds": 0.0, "squared_seconds": 0.0, "median_steps": None,
    "interventions": 0, "automatic_labels": 0,
}  # fmt: skip


def _row(group: Group, key: str, name: str) -> Row:
    return Row(**Figures(**_figures(group)).model_dump(), key=key, name=name)


def _run_name(group: Group) -> str:
    return f"{group['run_number']} {group['run_name']}" if group["run_id"] else "–"


def _time_split(total: Group, robots: list[Group], chosen: Selection) -> TimeSplit:
    spans = (_span(chosen, robot) for robot in robots)
    clock = sum((end - begin).total_seconds() for begin, end in spans)
    active, approach = float(total["all_active_seconds"]), float(total["approach_seconds"])
    reset = total["reset_seconds"]
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


async def _steps(session: Session, chosen: Selection) -> Histogram:
    rows = await repository.steps(session, chosen, BAR_STEPS)
    longest = min(max((row["bar"] for row in rows), default=-1) + 1, MOST_BARS)
    bars = {driver: [0] * longest for driver in ("base", "rl", "human")}
    for row in rows:
        bars[row["driver"]][min(row["bar"], longest - 1)] += row["episodes"]
    return Histogram(width=BAR_STEPS, **bars)
