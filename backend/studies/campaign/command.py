"""Runs a campaign part by part; what is there already is not made again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.config import Settings
from backend.errors import BadRequest
from backend.studies.bench.figures import machine
from backend.studies.campaign.campaign import Campaign
from backend.studies.campaign.digest import Digest, digest
from backend.studies.campaign.table import LEARNED, markdown, summary
from backend.studies.plots import Line, Plot, svg
from backend.studies.training.command import Request, train
from backend.studies.training.plan import TrainingPlan
from backend.vla.card import command_line, git_revision
from backend.vla.frozen import load_frozen

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """A campaign, where its trainings lie, and where its results go."""

    name: str
    campaign: Campaign
    work: Path
    results: Path
    cells: int = 2

    def kept(self, part: str) -> Path:
        """Where the digest of one training is kept."""
        return self.results / self.name / "trainings" / f"{part}.json"


def study(request: StudyRequest, settings: Settings, say: Say) -> dict[str, Any]:
    """Everything that is missing, then the table."""
    done: dict[str, Digest] = {}
    table: dict[str, Any] = {}
    locks = {
        task: load_frozen(task, settings.vla, settings.token).lock.sha256
        for task in request.campaign.tasks
    }
    for name, plan in request.campaign.parts():
        known = _known(request.kept(name), plan, locks[plan.task])
        if known is None:
            say(f"── {name}")
            training = Request(plan=plan, out=request.work / name, resume=True, cells=request.cells)
            known = digest(train(training, settings, say))
            request.kept(name).parent.mkdir(parents=True, exist_ok=True)
            request.kept(name).write_text(json.dumps(known) + "\n")
        done[name] = known
        table = write(request, done)
    say(markdown(request.name, table))
    return table


def _known(path: Path, plan: TrainingPlan, lock: str) -> Digest | None:
    """The digest of a training that was made before, of this same plan and on these models."""
    if not path.exists():
        return None
    found: Digest = json.loads(path.read_text())
    for what, made, asked in (
        ("with another plan", found["plan"], json.loads(json.dumps(plan.to_dict()))),
        ("on other models", found.get("lock"), lock),
    ):
        if made != asked:
            raise BadRequest(
                f"{path} was made {what}: give the study another name, or remove that file."
            )
    return found


def write(request: StudyRequest, done: dict[str, Digest]) -> dict[str, Any]:
    """Table and curves of what is there so far."""
    groups: dict[str, list[Digest]] = {}
    for name, one in done.items():
        groups.setdefault(name.rpartition("-")[0], []).append(one)
    table: dict[str, Any] = {
        "command": command_line(),
        "revision": git_revision(),
        "machine": machine(),
        "configs": {task: config.to_dict() for task, config in request.campaign.configs.items()},
        "trainings": {
            name if regime == digests[0]["regime"] else f"{name}-in-{regime}": summary(
                digests, regime
            )
            for name, digests in groups.items()
            for regime in digests[0]["finals"]
        },
    }
    place = request.results / request.name
    (place / "table.json").write_text(json.dumps(table, indent=1) + "\n")
    (place / "README.md").write_text(markdown(request.name, table))
    for name, digests in groups.items():
        (place / f"{name}.svg").write_text(curves(name, digests, table["trainings"][name]))
    return table


def curves(name: str, digests: Sequence[Digest], cell: dict[str, Any]) -> str:
    """Watched success and throughput of every seed against robot minutes.

    A curve begins where the actor has only copied the reference, at the end of the warm-up.
    """
    policies = cell["policies"]

    def plot(up: str, key: str, top: float | None = None) -> Plot:
        return Plot(
            title=name,
            across="active robot minutes, warm-up included",
            up=up,
            top=top,
            lines=[
                Line(
                    f"seed {one['seed']}",
                    [watched["active_minutes"] for watched in one["watched"]],
                    [watched[key] for watched in one["watched"]],
                )
                for one in digests
            ],
            levels={who: one[key] for who, one in policies.items() if who not in LEARNED},
        )

    return svg(
        [
            plot("success on watched starts", "success_rate", 1.0),
            plot("successes per 10 min", "active_throughput_per_10min"),
        ]
    )
