"""The words and tables of the printed report, in the language of its reader."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.db import Session
from backend.reports.repository import Selection, robot_names, run_names
from backend.reports.schemas import Figures, Row, Throughput
from backend.tasks import repository as tasks
from backend.web.figures import DASH, duration, interval, moment, number, percent, short
from backend.web.i18n import Translator

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
    session: Session, report: Throughput, chosen: Selection, say: Translator, zone: ZoneInfo
) -> Sheet:
    """The page in words."""
    titles = {
        task.id: task.title.get(say.language) or task.title.get("en") or task.id
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


def period(seconds: float) -> float:
    """A length of hours and a few minutes is said as whole hours; the foot has the borders."""
    over = seconds % 3600
    return seconds - over if seconds > over and over < TEN_MINUTES else seconds


async def _scope(
    session: Session, chosen: Selection, titles: dict[str, str], say: Translator
) -> str:
    parts = [titles.get(chosen.task, chosen.task)] if chosen.task else []
    if chosen.robot:
        parts.append((await robot_names(session, [chosen.robot])).get(chosen.robot, DASH))
    if chosen.run:
        parts.append((await run_names(session, [chosen.run])).get(chosen.run, DASH))
    if chosen.regime:
        parts.append(say(f"regime.{chosen.regime}"))
    return ", ".join(parts) or say("report.everything")


def _answer(report: Throughput, scope: str, say: Translator) -> str:
    summary = report.summary
    if summary.successes + summary.failures == 0:
        return say("report.answer_none", scope=scope)
    base = report.references["base"].per_10min if "base" in report.references else None
    active, versus = summary.per_10min_active, ""
    if base and active is not None:
        versus = say(
            "report.versus", base=short(base, say), times=number(active / base, say, "0.0")
        )
    return say(
        "report.answer",
        scope=scope,
        hours=duration(period((report.end - report.begin).total_seconds()), say),
        active=short(active, say),
        versus=versus,
        wall=short(summary.per_10min_wall, say),
    )


def _certainty(report: Throughput, say: Translator) -> str:
    summary = report.summary
    return say(
        "report.certainty",
        successes=number(summary.successes, say),
        n=number(summary.successes + summary.failures, say),
        rate=percent(summary.success_rate, say),
        interval=interval(summary.wilson, say),
        unlabelled=number(summary.unlabelled, say),
    )


def _figures(report: Throughput, say: Translator) -> list[tuple[str, str]]:
    summary, bounds = report.summary, report.summary.per_10min_active_interval
    around = f" ({short(bounds[0], say)} – {short(bounds[1], say)})" if bounds else ""
    return [
        (say("report.active"), f"{short(summary.per_10min_active, say)}{around}"),
        (say("report.wall"), short(summary.per_10min_wall, say)),
        (
            say("chart.success"),
            f"{percent(summary.success_rate, say)} ({interval(summary.wilson, say)})",
        ),
        (say("report.median_steps"), short(summary.median_steps, say)),
        (say("report.interventions"), number(summary.interventions, say)),
        (say("report.robot_time"), duration(summary.robot_seconds, say)),
        (say("report.label_lag"), duration(summary.label_lag_seconds, say)),
        (say("report.unlabelled"), number(summary.unlabelled, say)),
    ]


def _table(
    report: Throughput, name: str, titles: dict[str, str], say: Translator
) -> tuple[str, list[list[str]]]:
    rows: list[Row] = getattr(report, f"by_{name}")
    return say(f"report.by_{name}"), [[_name(name, row, titles), *_cells(row, say)] for row in rows]


def _name(kind: str, row: Row, titles: dict[str, str]) -> str:
    return titles.get(row.key, row.name) if kind == "task" else row.name


def _cells(row: Figures, say: Translator) -> list[str]:
    return [
        number(row.successes, say),
        number(row.failures, say),
        number(row.unlabelled, say),
        percent(row.success_rate, say),
        interval(row.wilson, say),
        short(row.median_steps, say),
        number(row.interventions, say),
        duration(row.robot_seconds, say),
        short(row.per_10min_active, say),
    ]


def _foot(report: Throughput, say: Translator, zone: ZoneInfo) -> list[str]:
    def there(at: datetime) -> str:
        return moment(at, zone, say)

    lines = [
        say(
            "report.computed",
            **{"from": there(report.begin)},
            to=there(report.end),
            at=there(report.computed_at),
            revision=report.revision,
        )
    ]
    if report.summary.corrected:
        lines.append(say("report.corrected", n=number(report.summary.corrected, say)))
    if report.summary.automatic_labels:
        lines.append(say("report.automatic", n=number(report.summary.automatic_labels, say)))
    return [*lines, say("report.zone", zone=str(zone))]
