"""Runs a campaign part by part; what is there already is not made again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.config import Settings
from backend.studies.bench.figures import machine
from backend.studies.campaign.campaign import Campaign
from backend.studies.campaign.table import Report, lines, summary
from backend.studies.plots import Line, Plot, svg
from backend.studies.training.command import Request, train
from backend.vla.card import command_line, git_revision

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """A campaign, where its trainings lie, and where its results go."""

    name: str
    campaign: Campaign
    work: Path
    results: Path
    cells: int = 2


def study(request: StudyRequest, settings: Settings, say: Say) -> dict[str, Any]:
    """Everything that is missing, then the table."""
    done: dict[str, Report] = {}
    for name, plan in request.campaign.parts():
        folder = request.work / name
        kept = folder / "report.json"
        if kept.exists():
            done[name] = json.loads(kept.read_text())
            continue
        say(f"── {name}")
        made = train(
            Request(plan=plan, out=folder, resume=True, cells=request.cells), settings, say
        )
        kept.write_text(json.dumps(made, indent=1) + "\n")
        done[name] = made
        write(request, done)
    table = write(request, done)
    say(lines(table["trainings"]))
    return table


def write(request: StudyRequest, done: dict[str, Report]) -> dict[str, Any]:
    """Table and curves of what is there so far."""
    groups: dict[str, list[Report]] = {}
    for name, report in done.items():
        groups.setdefault(name.rpartition("-")[0], []).append(report)
    table = {
        "command": command_line(),
        "revision": git_revision(),
        "machine": machine(),
        "config": request.campaign.config.to_dict(),
        "trainings": {name: summary(reports) for name, reports in groups.items()},
    }
    request.results.mkdir(parents=True, exist_ok=True)
    (request.results / f"{request.name}.json").write_text(json.dumps(table, indent=1) + "\n")
    for name, reports in groups.items():
        (request.results / f"{request.name}-{name}.svg").write_text(curves(name, reports))
    return table


def curves(name: str, reports: Sequence[Report]) -> str:
    """Watched success and throughput of every seed against robot minutes."""
    levels = summary(reports)["policies"]

    def plot(up: str, key: str, top: float | None = None) -> Plot:
        return Plot(
            title=name,
            across="robot minutes",
            up=up,
            top=top,
            lines=[
                Line(
                    f"seed {report['seed']}",
                    [0.0, *(one["active_minutes"] for one in report["watched"])],
                    [levels["copy"][key] if "copy" in levels else 0.0]
                    + [one[key] for one in report["watched"]],
                )
                for report in reports
            ],
            levels={who: one[key] for who, one in levels.items() if who not in {"best", "last"}},
        )

    return svg(
        [
            plot("success on watched starts", "success_rate", 1.0),
            plot("successes per 10 min", "active_throughput_per_10min"),
        ]
    )
