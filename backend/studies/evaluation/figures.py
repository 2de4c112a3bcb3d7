"""From rows to the figures of one policy. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.reports.statistics import wilson
from backend.studies.evaluation.attempts import CONTROL_HZ, Row

BOOTSTRAPS = 2000
PER = 600.0
"""Throughput counts successes per ten minutes."""

Figures = dict[str, Any]
Floats = NDArray[np.float64]
Draws = NDArray[np.int64]
"""[BOOTSTRAPS, n] numbers of the rows that each draw consists of."""


def figures(rows: Sequence[Row], seed: int = 0) -> Figures:
    """Everything that is said of one policy; the first keys are those of `rlt demos --json`."""
    good = [row for row in rows if row.success]
    steps = [row.steps for row in good]
    table = _Table(rows)
    draws = np.random.default_rng(seed).integers(len(rows), size=(BOOTSTRAPS, len(rows)))
    return {
        "episodes": len(rows),
        "success_rate": round(len(good) / len(rows), 4),
        "median_steps": float(np.median(steps)) if good else None,
        "active_throughput_per_10min": table.rate(table.active),
        "peak_force_median": round(float(np.median([row.peak_force for row in good])), 2)
        if good
        else None,
        "endings": dict(sorted(Counter(row.ended_by for row in rows).items())),
        "success_interval": _pair(wilson(len(good), len(rows)), 4),
        "steps_quartiles": _pair(np.percentile(steps, (25, 75)), 1) if good else None,
        "median_steps_interval": table.median_interval(draws),
        "active_throughput_interval": table.rate_interval(table.active, draws),
        "precise_throughput_per_10min": table.rate(table.precise),
        "wall_clock_throughput_per_10min": table.rate(table.whole),
        "wall_clock_throughput_interval": table.rate_interval(table.whole, draws),
        "active_minutes": round(float(table.active.sum()) / 60, 3),
        "interventions": sum(row.interventions for row in rows),
        "human_share": round(sum(r.human_steps for r in rows) / sum(r.steps for r in rows), 4),
    }


def gains(rows: Sequence[Row], others: Sequence[Row], seed: int = 0) -> Figures | None:
    """Throughput and length of successes as multiples of another policy's, on the same starts.

    Intervals draw starts anew, both policies' attempts with each. None where no start was shared
    or the other never succeeded.
    """
    theirs = {row.seed: row for row in others}
    shared = [row for row in rows if row.seed in theirs]
    ours, other = _Table(shared), _Table([theirs[row.seed] for row in shared])
    if not shared or not other.success.any() or not ours.success.any():
        return None
    n = len(shared)
    draws = np.random.default_rng(seed).integers(n, size=(BOOTSTRAPS, n))
    everything = np.arange(n)[None]
    return {
        "starts": n,
        "throughput": _one(ours.rates(everything) / other.rates(everything)),
        "throughput_interval": _middle(ours.rates(draws), other.rates(draws)),
        "steps": _one(ours.medians(everything) / other.medians(everything)),
        "steps_interval": _middle(ours.medians(draws), other.medians(draws)),
    }


def _one(value: Floats) -> float:
    return round(float(value[0]), 3)


def _middle(ours: Floats, other: Floats) -> list[float] | None:
    """95 % of the quotients; None where the other policy had nothing in too many draws."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = ours / other
        known = np.nan_to_num(quotients, nan=np.inf, posinf=np.inf)
        bounds = np.percentile(known, (2.5, 97.5))
    return _pair(bounds, 3) if np.isfinite(bounds).all() else None


class _Table:
    """The rows as arrays, seconds of three kinds: in the regime, after the hand-off, with reset."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.success = np.array([row.success for row in rows], float)
        self.steps = np.array([row.steps if row.success else np.nan for row in rows])
        self.active = np.array([row.steps for row in rows]) / CONTROL_HZ
        self.precise = np.array([row.precise_steps for row in rows]) / CONTROL_HZ
        self.whole = self.active + np.array([row.reset_seconds for row in rows])

    def rates(self, draws: Draws) -> Floats:
        """Successes per active second in each draw."""
        found: Floats = self.success[draws].sum(axis=1) / self.active[draws].sum(axis=1)
        return found

    def medians(self, draws: Draws) -> Floats:
        """Median length of the successes in each draw; not a number where there were none."""
        drawn = self.steps[draws]
        found = np.full(len(drawn), np.nan)
        known = ~np.isnan(drawn).all(axis=1)
        found[known] = np.nanmedian(drawn[known], axis=1)
        return found

    def rate(self, seconds: Floats) -> float | None:
        """Successes per ten minutes."""
        total = float(seconds.sum())
        return round(PER * float(self.success.sum()) / total, 1) if total > 0 else None

    def rate_interval(self, seconds: Floats, draws: Draws) -> list[float] | None:
        """95 % percentile interval of the rate over attempts drawn anew."""
        totals = seconds[draws].sum(axis=1)
        if not (totals > 0).all():
            return None
        rates = PER * self.success[draws].sum(axis=1) / totals
        return _pair(np.percentile(rates, (2.5, 97.5)), 1)

    def median_interval(self, draws: Draws) -> list[float] | None:
        """The same for the median length of a success."""
        found = self.medians(draws)
        known = found[~np.isnan(found)]
        return _pair(np.percentile(known, (2.5, 97.5)), 1) if len(known) else None


def _pair(bounds: Iterable[float] | None, digits: int) -> list[float] | None:
    return None if bounds is None else [round(float(bound), digits) for bound in bounds]
