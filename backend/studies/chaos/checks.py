"""What must hold once the dust has settled: labels, rows, files and journals agree."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.studies.chaos.labeller import Acknowledged


@dataclass(frozen=True)
class LabelCheck:
    """Acknowledged labels against the labels that the console has."""

    acknowledged: int
    lost: int
    doubled: int
    changed: int


def check_labels(
    acknowledged: Iterable[Acknowledged], stored: Iterable[Mapping[str, Any]]
) -> LabelCheck:
    """`stored` are label objects of the API, all revisions of all episodes."""
    rows = list(stored)
    count = Counter(str(row["id"]) for row in rows)
    outcome = {str(row["id"]): row["outcome"] for row in rows}
    notebook = list(acknowledged)
    return LabelCheck(
        acknowledged=len(notebook),
        lost=sum(count[a.label_id] == 0 for a in notebook),
        doubled=sum(count[a.label_id] > 1 for a in notebook),
        changed=sum(outcome.get(a.label_id, a.outcome) != a.outcome for a in notebook),
    )


@dataclass(frozen=True)
class StoreCheck:
    """Rows, files and journals of episodes."""

    rows: int
    files: int
    journals: int
    rows_without_file: int
    files_without_row: int
    journals_without_row: int
    rows_without_journal: int
    different_steps: int
    """Episodes whose file holds other executed actions than the robot's journal."""


def check_store(
    rows: Mapping[str, str],
    files: set[str],
    journals: Mapping[str, bytes],
    recorded: Mapping[str, bytes],
) -> StoreCheck:
    """Compare the three places an episode lives in.

    Args:
        rows: episode id → SHA-256 of its file, as the database has it.
        files: SHA-256 names of the episode files on disk.
        journals: episode id → executed actions as bytes (float32 [T, A]), from the robot's journal.
        recorded: episode id → the same, from the episode's file.
    """
    return StoreCheck(
        rows=len(rows),
        files=len(files),
        journals=len(journals),
        rows_without_file=sum(sha not in files for sha in rows.values()),
        files_without_row=len(files - set(rows.values())),
        journals_without_row=len(set(journals) - set(rows)),
        rows_without_journal=len(set(rows) - set(journals)),
        different_steps=sum(
            recorded.get(e) != actions for e, actions in journals.items() if e in rows
        ),
    )
