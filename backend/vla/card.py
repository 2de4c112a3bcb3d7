"""What a checkpoint says about itself: where it came from and how good it was when it was made."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Card:
    """Provenance and figures of one checkpoint, kept in its metadata and beside it as JSON."""

    kind: str
    """`eyes`, `vla` or `token`."""
    command: str
    revision: str
    """Git revision of the code; ends in `+` when files differed from it."""
    data: tuple[str, ...]
    """SHA-256 of the demonstration files."""
    seed: int
    steps: int
    figures: dict[str, float] = field(default_factory=dict)
    """Held-out errors, with their unit in the name."""

    def to_json(self) -> str:
        """One JSON object, readable by a person."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Read one back."""
        return cls(**{**values, "data": tuple(values["data"])})


def git_revision() -> str:
    """Revision of the running code, or `unknown` outside a git checkout."""
    here = Path(__file__).parent

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(here), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        changed = git(
            "status", "--porcelain", "--untracked-files=no", "--", ":/backend/rl", ":/backend/vla"
        )
        return git("rev-parse", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def command_line() -> str:
    """The command that is running, files by their names alone: their folders mean nothing here."""
    return " ".join(["rlt", *(Path(word).name or word for word in sys.argv[1:])])
