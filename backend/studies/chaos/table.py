"""The table a person reads after the kills."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

MUST_STOP_MS = 150.0
MUST_BE_BACK_S = 5.0
STOPS_ROBOT = ("web", "rollout")
"""Parts whose death ends a session of the robot's, so that it must stop by itself."""


@dataclass(frozen=True)
class Kill:
    """One SIGKILL and what followed."""

    part: str
    step: int
    """Episode step at which it came."""
    back_s: float
    """Until the part was healthy again; infinite if it was not within the limit."""
    stop_ms: float | None
    """Until the robot was in its safe state; None where it need not stop."""
    rearmed_itself: bool


def failures(kills: Sequence[Kill]) -> list[str]:
    """One sentence for each kill that broke a promise."""
    found = []
    for index, kill in enumerate(kills):
        place = f"kill {index} ({kill.part} at step {kill.step})"
        if kill.back_s > MUST_BE_BACK_S:
            found.append(f"{place}: back after {kill.back_s:.1f} s")
        if kill.part in STOPS_ROBOT and (kill.stop_ms is None or kill.stop_ms > MUST_STOP_MS):
            found.append(f"{place}: safe state after {kill.stop_ms} ms")
        if kill.rearmed_itself:
            found.append(f"{place}: the robot armed itself")
    return found


def summary(kills: Sequence[Kill]) -> list[dict[str, Any]]:
    """Per part: kills, safe state p50 and max in ms, back p50 and max in s, self-armings."""
    rows = []
    for part in sorted({k.part for k in kills}):
        of_part = [k for k in kills if k.part == part]
        stops = [k.stop_ms for k in of_part if k.stop_ms is not None]
        backs = [k.back_s for k in of_part]
        rows.append(
            {
                "part": part,
                "kills": len(of_part),
                "safe_state_ms_p50": round(float(np.median(stops)), 1) if stops else None,
                "safe_state_ms_max": round(max(stops), 1) if stops else None,
                "back_s_p50": round(float(np.median(backs)), 2),
                "back_s_max": round(max(backs), 2),
                "armed_itself": sum(k.rearmed_itself for k in of_part),
            }
        )
    return rows


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """The summary as aligned columns."""
    if not rows:
        return "no kills"
    heads = list(rows[0])
    cells = [heads] + [["–" if row[h] is None else str(row[h]) for h in heads] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(heads))]
    return "\n".join(
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells
    )


def kill_as_json(kill: Kill) -> dict[str, Any]:
    """Plain JSON of one kill."""
    return asdict(kill)
