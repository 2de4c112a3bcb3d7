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


class _Table:
    """The rows as arrays, seconds of three kinds: in the regime, after the hand-off, with reset."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.success = np.array([row.success for row in rows], float)
        self.steps = np.array([row.steps if row.success else np.nan for row in rows])
        self.active = np.array([row.steps for row in rows]) / CONTROL_HZ
        self.precise = np.array([row.precise_steps for row in rows]) / CONTROL_HZ
        self.whole = self.active + np.array([row.reset_seconds for row in rows])

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
        drawn = self.steps[draws]
        known = drawn[~np.isnan(drawn).all(axis=1)]
        if not len(known):
            return None
        return _pair(np.percentile(np.nanmedian(known, axis=1), (2.5, 97.5)), 1)


def _pair(bounds: Iterable[float] | None, digits: int) -> list[float] | None:
    return None if bounds is None else [round(float(bound), digits) for bound in bounds]
