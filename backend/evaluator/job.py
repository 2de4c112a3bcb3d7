"""One evaluation as a command, and what the command says as rows. Pure."""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.kit.plain import plain

JsonObject = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What was asked for."""

    id: UUID
    run_id: UUID
    number: int
    """Of the run."""
    task: str
    version: int
    regime: str
    starts: int
    seed: int
    with_base: bool
    with_expert: bool

    def words(self, data: Path) -> tuple[str, ...]:
        """The arguments of `rlt` that play it; `data` is the console's folder."""
        policies = [f"run:{self.number}@{self.version}"]
        policies += ["base"] if self.with_base else []
        policies += ["expert"] if self.with_expert else []
        return (
            *("evaluate", self.task, "--policy", ",".join(policies)),
            *("--regime", self.regime, "--episodes", str(self.starts), "--seed", str(self.seed)),
            *("--data", str(data)),
        )

    def command(self, data: Path) -> str:
        """What a person types to repeat it."""
        return shlex.join(("rlt", *self.words(data)))


def standing_of(line: str) -> JsonObject | None:
    """A line of `rlt evaluate --progress json`; None for anything else."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return plain(said) if isinstance(said, dict) and said.get("of") else None


def divided(report: JsonObject) -> tuple[JsonObject, JsonObject]:
    """The report without its attempts, and the attempts by policy."""
    policies = {
        name: {key: value for key, value in one.items() if key != "rows"}
        for name, one in report["policies"].items()
    }
    attempts = {name: one["rows"] for name, one in report["policies"].items()}
    return plain(report | {"policies": policies}), plain(attempts)


def problem_of(status: int, last_line: str) -> str:
    """One sentence on a command that left no report."""
    if status == 2 and last_line:
        return last_line.removeprefix("rlt evaluate: ")
    ending = f"signal {-status}" if status < 0 else f"status {status}"
    about = f" ({last_line})" if last_line else ""
    return f"`rlt evaluate` ended with {ending}{about}: the evaluator's log says more."
