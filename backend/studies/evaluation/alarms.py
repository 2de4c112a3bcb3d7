"""Reasons to distrust a good figure. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from backend.studies.evaluation.attempts import Row

FORCE_FACTOR = 3.0
"""Forces this much smaller or larger than the demonstrator's are another way of doing the task."""
POSE_SLACK = 0.001
"""Metres by which a success may end outside the box of the demonstrator's own ends."""


def audit(rows: Sequence[Row], expert: Sequence[Row]) -> dict[str, Any]:
    """What the witness and a comparison with the demonstrator say of a policy's successes."""
    good = [row for row in rows if row.success]
    return {
        "successes": len(good),
        "witnessed": sum(row.audited for row in good),
        "false": sum(bool(row.objections) for row in good),
        "objections": sorted({words for row in good for words in row.objections})[:5],
        "alarms": alarms(good, [row for row in expert if row.success]),
    }


def alarms(good: Sequence[Row], expert: Sequence[Row]) -> list[str]:
    """Sentences; empty when nothing is strange."""
    found = []
    false = [row for row in good if row.objections]
    if false:
        found.append(
            f"{len(false)} of {len(good)} successes are none to the witness, first seed "
            f"{false[0].seed}: {false[0].objections[0]}"
        )
    if not good or not expert:
        return found
    ours = float(np.median([row.peak_force for row in good]))
    theirs = float(np.median([row.peak_force for row in expert]))
    if not theirs / FORCE_FACTOR <= ours <= theirs * FORCE_FACTOR:
        found.append(f"median peak force is {ours:.1f} N, the demonstrator's {theirs:.1f} N")
    strangers = _outside(good, expert)
    if strangers:
        found.append(
            f"{len(strangers)} successes end where no demonstration ends, first seed "
            f"{strangers[0].seed}"
        )
    return found


def _outside(good: Sequence[Row], expert: Sequence[Row]) -> list[Row]:
    ends = np.array([row.relative_pose[:3] for row in expert])
    if not ends.size:
        return []
    low, high = ends.min(axis=0) - POSE_SLACK, ends.max(axis=0) + POSE_SLACK
    return [
        row
        for row in good
        if not ((row.relative_pose[:3] >= low) & (row.relative_pose[:3] <= high)).all()
    ]
