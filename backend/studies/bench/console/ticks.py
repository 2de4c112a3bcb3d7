"""Whether viewers make the robot's 50 Hz loop late: with ten and with none, in turn."""

import math
import statistics
from collections.abc import Callable, Sequence

from backend.studies.bench.console.cameras import company
from backend.studies.bench.loop import punctuality
from backend.studies.person import JsonObject, Operator, Sight

VIEWERS = 10
T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179)
"""Two-sided 95 % points of Student's t for 1, 2, 3 … degrees of freedom; a little less beyond."""


def measure(
    person: Operator,
    robots: Sequence[str],
    wanted: Sequence[Sight],
    plan: tuple[int, float],
    progress: Callable[[str], None],
) -> JsonObject:
    """`plan`: how many rounds of so many seconds without and with viewers, in changing order."""
    rounds, seconds = plan
    late: dict[int, list[JsonObject]] = {0: [], VIEWERS: []}
    for number in range(rounds):
        # Every other round begins with the viewers, so that a slow drift counts for neither.
        for viewers in sorted(late, reverse=number % 2 == 1):
            with company(person, wanted, viewers, 0):
                late[viewers].append(punctuality(person, robots, seconds))
            progress(f"round {number + 1}/{rounds}, {viewers} viewers: {late[viewers][-1]}")
    return {
        "rows": [_sum(viewers, rows) for viewers, rows in late.items()],
        "difference_points": difference(
            [row["late_percent"] for row in late[0]],
            [row["late_percent"] for row in late[VIEWERS]],
        ),
    }


def difference(without: Sequence[float], with_them: Sequence[float]) -> JsonObject:
    """Mean of the paired differences with its 95 % interval; None for one pair alone."""
    pairs = [after - before for before, after in zip(without, with_them, strict=True)]
    mean = statistics.fmean(pairs)
    if len(pairs) < 2:
        return {"mean": round(mean, 3), "low": None, "high": None}
    t = T_95[min(len(pairs) - 1, len(T_95)) - 1]
    half = t * statistics.stdev(pairs) / math.sqrt(len(pairs))
    return {"mean": round(mean, 3), "low": round(mean - half, 3), "high": round(mean + half, 3)}


def _sum(viewers: int, rows: Sequence[JsonObject]) -> JsonObject:
    ticks, late = (sum(row[name] for row in rows) for name in ("ticks", "late"))
    return {
        "viewers": viewers,
        "ticks": ticks,
        "late": late,
        "late_percent": round(100 * late / ticks, 3),
        "rounds_late_percent": [row["late_percent"] for row in rows],
    }
