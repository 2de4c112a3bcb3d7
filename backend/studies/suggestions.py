"""How well switches and labels can be suggested: trainings' attempts, held out one by one.

Switches are those of the simulator's truth, labels its verdicts; no console is needed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.errors import BadRequest
from backend.learner.suggesting import trace_in
from backend.reports.statistics import wilson
from backend.rl.config import RltConfig
from backend.rl.suggestions import Judged, teach
from backend.storage.recording import EpisodeRecording
from backend.studies.bench.figures import machine
from backend.vla.card import command_line, git_revision


def study(folders: Sequence[Path]) -> dict[str, Any]:
    """The report: one part for each folder of `rlt train`."""
    return {
        "command": command_line(),
        "revision": git_revision(),
        "machine": machine(),
        "trainings": [_training(folder) for folder in folders],
    }


def _training(folder: Path) -> dict[str, Any]:
    about = folder / "about.json"
    if not about.is_file():
        raise BadRequest(f"{folder} is no folder of `rlt train`: about.json is missing.")
    plan = json.loads(about.read_text(encoding="utf-8"))["plan"]
    config = RltConfig.from_dict(plan["config"])
    judged = [
        one
        for path in sorted((folder / "episodes").glob("*.safetensors"))
        if (one := _judged(EpisodeRecording.from_bytes(path.read_bytes()), config)) is not None
    ]
    taught = teach(judged)
    if taught is None:
        raise BadRequest(
            f"{folder} has too few attempts to learn from: record more, with successes, failures "
            "and hand-offs (--regime full)."
        )
    return {
        "task": plan["task"],
        "regime": plan["regime"],
        "seed": plan["seed"],
        **{name: found and with_intervals(found) for name, found in taught.figures.items()},
    }


def _judged(recording: EpisodeRecording, config: RltConfig) -> Judged | None:
    trace = trace_in(recording, config)
    if trace is None:
        return None
    good = recording.info.ended_by == "success"
    return Judged(trace=trace, outcome="success" if good else "failure")


def with_intervals(figures: dict[str, Any]) -> dict[str, Any]:
    """Counts and, beside them, shares with Wilson's intervals."""
    shares = {
        "precision": ("right", "suggestions"),
        "recall": ("right", "switches"),
        "agreement": ("agreed", "attempts"),
    }
    found = {
        name: {"share": figures[part] / figures[whole], "interval": wilson(*pair)}
        for name, (part, whole) in shares.items()
        if part in figures and figures[whole] and (pair := (figures[part], figures[whole]))
    }
    return figures | found
