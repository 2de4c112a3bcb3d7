"""Intervals. Pure."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""Quantile of the normal distribution for a two-sided 95 % interval."""

Interval = tuple[float, float]


def wilson(successes: int, trials: int, z: float = Z95) -> Interval | None:
    """Wilson's score interval of a share; None without trials.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    """
    if trials == 0:
        return None
    share = successes / trials
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    middle = share + z * z / (2 * trials)
    scale = 1 + z * z / trials
    # Exact at the ends, where rounding would leave a crumb.
    low = (middle - spread) / scale if successes else 0.0
    high = (middle + spread) / scale if successes < trials else 1.0
    return low, high


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sums over judged attempts; s is 1 for a success and 0 for a failure, t its seconds."""

    trials: int
    successes: int
    seconds: float
    success_seconds: float
    """Σ s t"""
    squared_seconds: float
    """Σ t²"""


def rate_interval(sums: Sums, per_seconds: float, z: float = Z95) -> Interval | None:
    """Interval of Σs/Σt, a ratio estimate with attempts as independent draws; None below two.

    var ≈ n/(n-1) · Σ(s - R t)² / (Σt)²,  R = Σs/Σt (Cochran, Sampling Techniques, 2.11).
    """
    if sums.trials < 2 or sums.seconds <= 0:
        return None
    rate = sums.successes / sums.seconds
    residual = sums.successes - 2 * rate * sums.success_seconds + rate * rate * sums.squared_seconds
    variance = sums.trials / (sums.trials - 1) * max(residual, 0.0) / sums.seconds**2
    spread = z * sqrt(variance)
    return max(0.0, rate - spread) * per_seconds, (rate + spread) * per_seconds
