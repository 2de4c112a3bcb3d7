import pytest

from robot_bridge.control.clock import MS
from robot_bridge.control.loop import Pacer


def test_deadlines_are_absolute() -> None:
    pacer = Pacer(50, 0)
    assert pacer.begin(3 * MS) == 3 * MS
    assert pacer.wait_ns(5 * MS) == 15 * MS
    assert pacer.begin(20 * MS) == 0
    assert pacer.wait_ns(20 * MS) == 20 * MS


def test_missed_periods_are_skipped_not_caught_up() -> None:
    pacer = Pacer(50, 0)
    pacer.begin(0)
    assert pacer.begin(95 * MS) == 75 * MS
    assert pacer.wait_ns(95 * MS) == 5 * MS


@pytest.mark.parametrize(("late", "counted"), [(0, 0), (20, 0), (21, 1)])
def test_more_than_20_ms_is_late(late: int, counted: int) -> None:
    pacer = Pacer(50, 0)
    pacer.begin(late * MS)
    assert pacer.punctuality().late_ticks == counted


def test_the_99th_percentile_covers_the_last_ten_seconds() -> None:
    pacer = Pacer(50, 0)
    now = 0
    for _ in range(100):
        now += pacer.wait_ns(now) + 10 * MS
        pacer.begin(now)
    assert pacer.punctuality().p99_ms == pytest.approx(10.0, abs=0.5)
    for _ in range(500):
        now += pacer.wait_ns(now)
        pacer.begin(now)
    figures = pacer.punctuality()
    assert figures.p99_ms == 0.0
    assert figures.ticks == 600


def test_no_figures_before_the_first_tick() -> None:
    assert Pacer(50, 0).punctuality().p99_ms == 0.0
