"""Reasons to distrust a good figure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from backend.studies.evaluation.attempts import Row

FORCE_FACTOR = 3.0
"""Forces this much smaller or larger than the demonstrator's are another way of doing the task."""
POSE_SLACK = 0.001
"""Metres by which a success may end outside the box of the demonstrator's own ends."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One reason."""

    kind: Literal["witness", "force", "ends"]
    words: str
    facts: dict[str, float] = field(default_factory=dict)
    """The numbers in the words, for pages in other languages."""

    def to_dict(self) -> dict[str, Any]:
        """As the report keeps it."""
        return {"kind": self.kind} | self.facts


def audit(rows: Sequence[Row], expert: Sequence[Row]) -> dict[str, Any]:
    """What the witness and a comparison with the demonstrator say of a policy's successes."""
    good = [row for row in rows if row.success]
    found = alarms(good, [row for row in expert if row.success])
    return {
        "successes": len(good),
        "witnessed": sum(row.audited for row in good),
        "false": sum(bool(row.objections) for row in good),
        "objections": sorted({words for row in good for words in row.objections})[:5],
        "alarms": [alarm.words for alarm in found],
        "findings": [alarm.to_dict() for alarm in found],
    }


def alarms(good: Sequence[Row], expert: Sequence[Row]) -> list[Alarm]:
    """Empty when nothing is strange."""
    found = [_denied(good), _forces(good, expert), _ends(good, expert)]
    return [alarm for alarm in found if alarm is not None]


def _denied(good: Sequence[Row]) -> Alarm | None:
    false = [row for row in good if row.objections]
    if not false:
        return None
    first = false[0]
    return Alarm(
        kind="witness",
        words=f"{len(false)} of {len(good)} successes are none to the witness, first seed "
        f"{first.seed}: {first.objections[0]}",
        facts={"count": len(false), "of": len(good), "seed": first.seed},
    )


def _forces(good: Sequence[Row], expert: Sequence[Row]) -> Alarm | None:
    if not good or not expert:
        return None
    ours = float(np.median([row.peak_force for row in good]))
    theirs = float(np.median([row.peak_force for row in expert]))
    if theirs / FORCE_FACTOR <= ours <= theirs * FORCE_FACTOR:
        return None
    return Alarm(
        kind="force",
        words=f"median peak force is {ours:.1f} N, the demonstrator's {theirs:.1f} N",
        facts={"newtons": round(ours, 1), "expert": round(theirs, 1)},
    )


def _ends(good: Sequence[Row], expert: Sequence[Row]) -> Alarm | None:
    strangers = _outside(good, expert)
    if not strangers:
        return None
    return Alarm(
        kind="ends",
        words=f"{len(strangers)} successes end where no demonstration ends, first seed "
        f"{strangers[0].seed}",
        facts={"count": len(strangers), "seed": strangers[0].seed},
    )


def _outside(good: Sequence[Row], expert: Sequence[Row]) -> list[Row]:
    """[n] successes whose ends leave the box of the demonstrator's own."""
    ends = np.array([row.relative_pose[:3] for row in expert])
    if not ends.size:
        return []
    low, high = ends.min(axis=0) - POSE_SLACK, ends.max(axis=0) + POSE_SLACK
    return [
        row
        for row in good
        if not ((row.relative_pose[:3] >= low) & (row.relative_pose[:3] <= high)).all()
    ]
