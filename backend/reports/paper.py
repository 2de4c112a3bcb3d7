"""The words and tables of the printed report, in the language of its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.db import Session
from backend.reports.repository import Selection, robot_names, run_names
from backend.reports.schemas import Figures, Row, Throughput
from backend.tasks import repository as tasks

Say = Callable[..., str]
DASH = "–"
TEN_MINUTES = 600
TABLES = ("task", "robot", "run", "policy", "labeller")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything on the page but the charts."""

    answer: str
    certainty: str
    figures: list[tuple[str, str]]
    head: list[str]
    tables: list[tuple[str, list[list[str]]]]
    foot: list[str]
    definitions: list[tuple[str, str]]


async def sheet(
    session: Session, report: Throughput, chosen: Selection, say: Say, zone: ZoneInfo
) -> Sheet:
    """The page in words."""
    titles = {
        task.id: task.title.get(getattr(say, "language", "en")) or task.title.get("en") or task.id
        for task in await tasks.everything(session)
    }
    scope = await _scope(session, chosen, titles, say)
    return Sheet(
        answer=_answer(report, scope, say),
        certainty=_certainty(report, say),
        figures=_figures(report, say),
        head=[say(key) for key in HEAD],
        tables=[_table(report, name, titles, say) for name in TABLES],
        foot=_foot(report, say, zone),
        definitions=[(say(f"define.{name}.name"), say(f"define.{name}")) for name in DEFINED],
    )


HEAD = (
    "report.successes", "report.failures", "report.unlabelled", "chart.success", "report.interval",
    "report.median_steps", "report.interventions", "report.robot_time", "report.active",
)  # fmt: skip
DEFINED = ("throughput_active", "throughput_wall", "success_rate", "steps", "unlabelled")


def short(value: float | None) -> str:
    """About three figures, as the living page writes them."""
    if value is None:
        return DASH
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def percent(value: float | None) -> str:
    """A share of one."""
    return DASH if value is None else f"{value * 100:.0f} %"


def interval(bounds: tuple[float, float] | None) -> str:
    """Both ends of an interval of shares."""
    return f"{percent(bounds[0])} – {percent(bounds[1])}" if bounds else DASH


def duration(seconds: float | None, say: Say) -> str:
    """Seconds as people say them."""
    if seconds is None:
        return DASH
    if seconds < 60:
        return f"{seconds:.1f} {say('unit.s')}"
    hours, minutes = int(seconds // 3600), int(seconds // 60) % 60
    if hours == 0:
        return f"{minutes} {say('unit.min')} {int(seconds % 60):02d} {say('unit.s')}"
    return f"{hours} {say('unit.h')} {minutes:02d} {say('unit.min')}"


def period(seconds: float) -> float:
    """A length of hours and a few minutes is said as whole hours; the foot has the borders."""
    over = seconds % 3600
    return seconds - over if seconds > over and over < TEN_MINUTES else seconds


async def _scope(session: Session, chosen: Selection, titles: dict[str, str], say: Say) -> str:
    parts = [titles.get(chosen.task, chosen.task)] if chosen.task else []
    if chosen.robot:
        parts.append((await robot_names(session, [chosen.robot])).get(chosen.robot, DASH))
    if chosen.run:
        parts.append((await run_names(session, [chosen.run])).get(chosen.run, DASH))
    if chosen.regime:
        parts.append(say(f"regime.{chosen.regime}"))
    return ", ".join(parts) or say("report.everything")


def _answer(report: Throughput, scope: str, say: Say) -> str:
    summary = report.summary
    if summary.successes + summary.failures == 0:
        return say("report.answer_none", scope=scope)
    base = report.references["base"].per_10min if "base" in report.references else None
    active, versus = summary.per_10min_active, ""
    if base and active is not None:
        versus = say("report.versus", base=short(base), times=f"{active / base:.1f}")
    return say(
        "report.answer",
        scope=scope,
        hours=duration(period((report.end - report.begin).total_seconds()), say),
        active=short(active),
        versus=versus,
        wall=short(summary.per_10min_wall),
    )


def _certainty(report: Throughput, say: Say) -> str:
    summary = report.summary
    return say(
        "report.certainty",
        successes=summary.successes,
        n=summary.successes + summary.failures,
        rate=percent(summary.success_rate),
        interval=interval(summary.wilson),
        unlabelled=summary.unlabelled,
    )


def _figures(report: Throughput, say: Say) -> list[tuple[str, str]]:
    summary, bounds = report.summary, report.summary.per_10min_active_interval
    around = f" ({short(bounds[0])} – {short(bounds[1])})" if bounds else ""
    return [
        (say("report.active"), f"{short(summary.per_10min_active)}{around}"),
        (say("report.wall"), short(summary.per_10min_wall)),
        (say("chart.success"), f"{percent(summary.success_rate)} ({interval(summary.wilson)})"),
        (say("report.median_steps"), short(summary.median_steps)),
        (say("report.interventions"), str(summary.interventions)),
        (say("report.robot_time"), duration(summary.robot_seconds, say)),
        (say("report.label_lag"), duration(summary.label_lag_seconds, say)),
        (say("report.unlabelled"), str(summary.unlabelled)),
    ]


def _table(
    report: Throughput, name: str, titles: dict[str, str], say: Say
) -> tuple[str, list[list[str]]]:
    rows: list[Row] = getattr(report, f"by_{name}")
    return say(f"report.by_{name}"), [[_name(name, row, titles), *_cells(row, say)] for row in rows]


def _name(kind: str, row: Row, titles: dict[str, str]) -> str:
    return titles.get(row.key, row.name) if kind == "task" else row.name


def _cells(row: Figures, say: Say) -> list[str]:
    return [
        str(row.successes),
        str(row.failures),
        str(row.unlabelled),
        percent(row.success_rate),
        interval(row.wilson),
        short(row.median_steps),
        str(row.interventions),
        duration(row.robot_seconds, say),
        short(row.per_10min_active),
    ]


def _foot(report: Throughput, say: Say, zone: ZoneInfo) -> list[str]:
    def moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    lines = [
        say(
            "report.computed",
            **{"from": moment(report.begin)},
            to=moment(report.end),
            at=moment(report.computed_at),
            revision=report.revision,
        )
    ]
    if report.summary.corrected:
        lines.append(say("report.corrected", n=report.summary.corrected))
    if report.summary.automatic_labels:
        lines.append(say("report.automatic", n=report.summary.automatic_labels))
    return [*lines, say("report.zone", zone=str(zone))]
