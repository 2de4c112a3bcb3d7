"""Intervals, worked by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.reports.statistics import Sums, rate_interval, wilson


def test_wilson_by_hand() -> None:
    # z = 2: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = 8/10, n = 10:
    # (0.8 + 0.2 ± 2 √(0.016 + 0.01)) / 1.4 = (1 ± 0.32249) / 1.4
    assert wilson(8, 10, z=2) == pytest.approx((0.483936, 0.944635), abs=1e-6)


def test_wilson_at_the_edges() -> None:
    assert wilson(0, 0) is None
    # p = 1, n = 4, z = 2: (1 + 0.5 ± 2 √(1/16)) / 2 = (1.5 ± 0.5) / 2
    assert wilson(4, 4, z=2) == pytest.approx((0.5, 1.0))
    assert wilson(0, 4, z=2) == pytest.approx((0.0, 0.5))


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_a_share(successes: int, failures: int) -> None:
    interval = wilson(successes, successes + failures)
    assert interval is not None
    assert 0 <= interval[0] <= successes / (successes + failures) <= interval[1] <= 1


def test_rate_interval_by_hand() -> None:
    # Two attempts: success in 10 s, failure in 30 s. R = 1/40.
    # Σ(s - R t)² = (1 - 0.25)² + (0.75)² = 1.125; var = 2 · 1.125 / 1600; z = 1, per 600 s:
    # 15 ± 600 · √0.00140625 = 15 ± 22.5
    sums = Sums(trials=2, successes=1, seconds=40, success_seconds=10, squared_seconds=1000)
    assert rate_interval(sums, 600, z=1) == pytest.approx((0.0, 37.5))


def test_equal_attempts_have_no_spread() -> None:
    sums = Sums(trials=4, successes=4, seconds=40, success_seconds=40, squared_seconds=400)
    assert rate_interval(sums, 600) == pytest.approx((60.0, 60.0))


@pytest.mark.parametrize("trials", [0, 1])
def test_one_attempt_says_nothing_of_spread(trials: int) -> None:
    sums = Sums(trials=trials, successes=0, seconds=1, success_seconds=0, squared_seconds=1)
    assert rate_interval(sums, 600) is None
