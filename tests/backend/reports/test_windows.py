"""A window is filled once, without gaps, by as few kept bins as possible."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.reports.windows import cut, levels_of

DAY = datetime(2026, 1, 2, tzinfo=UTC)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def seconds(hours: float) -> int:
    return int(at(hours).timestamp())


def test_whole_days_are_one_piece() -> None:
    found = cut(at(0), at(72))
    assert found.pieces == [(86400, seconds(0), seconds(72))]
    assert (found.head, found.tail) == (at(0), at(72))


def test_the_ends_are_taken_from_finer_bins() -> None:
    found = cut(at(22.5), at(49.25))
    assert sorted(found.pieces) == sorted(
        [
            (600, seconds(22.5), seconds(23)),
            (3600, seconds(23), seconds(24)),
            (86400, seconds(24), seconds(48)),
            (3600, seconds(48), seconds(49)),
            (600, seconds(49), seconds(49) + 600),
        ]
    )
    assert found.tail == at(49) + timedelta(minutes=10)


def test_inside_one_bin_there_is_nothing_kept() -> None:
    begin, end = DAY + timedelta(seconds=1), DAY + timedelta(seconds=599)
    found = cut(begin, end)
    assert found.pieces == []
    assert (found.begin, found.head, found.tail, found.end) == (begin, end, end, end)


def test_no_level_crosses_a_border_of_the_report() -> None:
    assert levels_of(600) == (600,)
    assert levels_of(1800) == (600,)
    assert levels_of(7200) == (600, 3600)
    assert levels_of(86400) == (600, 3600, 86400)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from([600, 7200, 86400]))
def test_pieces_and_ends_cover_the_window_once(begin: int, length: int, bin_seconds: int) -> None:
    start = DAY + timedelta(milliseconds=begin)
    end = start + timedelta(milliseconds=length)
    found = cut(start, end, levels_of(bin_seconds))
    spans = sorted((low, high) for _, low, high in found.pieces)
    assert all(low % level == high % level == 0 for level, low, high in found.pieces)
    if spans:
        borders = [found.head.timestamp(), *(high for _, high in spans)]
        assert [low for low, _ in spans] == borders[:-1]
        assert borders[-1] == found.tail.timestamp()
        assert timedelta(0) <= found.head - start < timedelta(seconds=600)
        assert timedelta(0) <= end - found.tail < timedelta(seconds=600)
