"""Buckets of steps: what is exact, what is near, and that nothing is lost."""

from statistics import median as true_median

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reports.histogram import DIGITS, bars, decode, edges, medians

STEPS = st.lists(st.integers(0, 4000), min_size=1, max_size=60)


def bucket_of(steps: int) -> int:
    """The definition in other words: the first bucket that ends above."""
    return next(b for b in range(2000) if steps < sum(edges(b)))


def counted(values: list[int]) -> dict[int, int]:
    buckets = [bucket_of(value) for value in values]
    return {bucket: buckets.count(bucket) for bucket in sorted(buckets)}


def summed(values: list[int]) -> str:
    """As the rollups keep them."""
    return str(sum(10 ** (DIGITS * bucket_of(value)) for value in values))


def test_buckets_follow_each_other_and_stay_narrow() -> None:
    at = 0
    for bucket in range(600):
        low, width = edges(bucket)
        assert low == at
        assert width == 1 or width <= low / 64
        at = low + width


@given(st.dictionaries(st.integers(0, 300), st.integers(1, 10**DIGITS - 1), max_size=20))
def test_a_number_holds_its_buckets(counts: dict[int, int]) -> None:
    number = sum(count * 10 ** (DIGITS * bucket) for bucket, count in counts.items())
    assert decode(str(number)) == counts


@given(STEPS)
def test_the_median_is_near_and_exact_for_short_attempts(values: list[int]) -> None:
    # In company of others, whose longest attempts are other ones.
    before, found, after = medians(["0", summed(values), summed([7, 9, 5000])])
    assert (before, after) == (None, 9)
    true = true_median(values)
    assert found is not None
    if max(values) < 128:
        assert found == true
    else:
        assert abs(found - true) <= max(values) / 64


def test_one_value_alone_is_off_by_less_than_a_percent() -> None:
    for steps in range(1, 3000):
        assert medians([summed([steps])]) == [pytest.approx(steps, rel=0.008)]


@given(STEPS, STEPS)
def test_bars_lose_nobody_and_begin_where_they_say(left: list[int], right: list[int]) -> None:
    width, rows = bars([counted(left), counted(right)], 4000)
    for values, row in ((left, rows[0]), (right, rows[1])):
        for index, count in enumerate(row):
            assert count == sum(index * width <= value < (index + 1) * width for value in values)


def test_postgres_counts_into_the_same_buckets(database_url: str) -> None:
    values = [0, 1, 63, 127, 128, 129, 130, 255, 256, 259, 260, 511, 512, 1023, 1024, 1500, 9999]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "select s, report_bucket(s), report_count_of(s)::text from unnest(%s::int[]) as s",
            [values],
        ).fetchall()
    for steps, bucket, number in rows:
        assert bucket == bucket_of(steps), steps
        assert decode(number) == {bucket: 1}
