"""Signs that a training goes wrong, from its figures over two stretches of attempts. Pure.

What to do about each is part of its sentence; nothing here acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.rl.config import RltConfig

STRETCH = 25
"""Attempts in one stretch."""
DRIFT, FALL = 1.25, 0.15
"""Growth of the distance to the reference, and loss of success, that together mean drifting."""
NARROW = 0.05
"""Spread of values, as a share of the possible returns, that tells good from bad no more."""
FLAT = 0.03
"""Relative change of the distance since the copy that means the actor does not move."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Means over some attempts of the actor."""

    success: float
    distance: float
    """Of the actor's chunks to their pull, z^2."""
    q_mean: float
    q_low: float
    q_high: float


def stretch_of(rows: Sequence[dict[str, Any]]) -> Stretch | None:
    """The stretch of these rows of a training; None while nothing was learned in them."""
    learned = [row for row in rows if "q_mean" in row]
    if not learned:
        return None

    def mean(name: str) -> float:
        return float(sum(row[name] for row in learned) / len(learned))

    return Stretch(
        success=sum(bool(row["success"]) for row in rows) / len(rows),
        distance=mean("bc_distance"),
        q_mean=mean("q_mean"),
        q_low=mean("q_min"),
        q_high=mean("q_max"),
    )


def alarms(first: Stretch, before: Stretch, now: Stretch, config: RltConfig) -> list[str]:
    """Sentences about the newest stretch; empty when all is well."""
    found = []
    span = config.target_high - config.target_low
    if now.q_high > config.target_high + span or now.q_low < config.target_low - span:
        found.append(
            f"critics say {now.q_low:.2f} to {now.q_high:.2f}, outside the possible returns: "
            "lower the learning rate or raise target_noise"
        )
    if now.distance > DRIFT * before.distance and now.success < before.success - FALL:
        found.append(
            f"the actor leaves its reference ({before.distance:.1f} to {now.distance:.1f}) while "
            f"success falls ({before.success:.2f} to {now.success:.2f}): raise beta"
        )
    if now.q_high - now.q_low < NARROW * span:
        found.append(
            f"values are all alike ({now.q_low:.2f} to {now.q_high:.2f}): the replay may be too "
            "small or hold one outcome alone"
        )
    still = abs(now.distance - first.distance) < FLAT * first.distance
    if still and now is not first and now.success <= first.success:
        found.append(
            f"the actor stays where its copy was (distance {now.distance:.1f}) and is no better: "
            "beta may be too high"
        )
    return found
