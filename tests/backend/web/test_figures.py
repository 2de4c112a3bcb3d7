"""Figures and times as people read them, in both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.web import figures
from backend.web.i18n import Translator

EN, ZH = Translator("en"), Translator("zh")
NIGHT = datetime(2026, 11, 3, 21, 4, 59, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (0, "0"),
        (0.0042, "0.0042"),
        (0.94, "0.94"),
        (12.34, "12.3"),
        (312.4, "312"),
        (236.5, "237"),
        (1_234, "1,234"),
        (1_234_567, "1,235 k"),
    ],
)
def test_numbers_are_shortened_as_on_the_living_page(value: float | None, words: str) -> None:
    assert figures.short(value, EN) == words


def test_ticks_have_only_the_decimals_that_they_need() -> None:
    assert [figures.plain(value, EN) for value in (25.0, 0.4, 1200.0)] == ["25", "0.4", "1,200"]


def test_shares_end_as_each_language_ends_them() -> None:
    assert figures.percent(0.944, EN) == "94\u00a0%"
    assert figures.percent(0.944, ZH) == "94%"
    assert figures.percent(None, ZH) == "–"
    assert figures.percent(0.625, EN) == "63\u00a0%"
    assert figures.percent(0.125, EN, "0.##") == "12.5\u00a0%"
    assert figures.interval((0.5, 0.75), ZH) == "50% – 75%"
    assert figures.interval(None, EN) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (12.44, "12.4 s"),
        (185, "3 min 05 s"),
        (7620, "2 h 07 min"),
        (28_800, "8 h"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(seconds: float | None, words: str) -> None:
    assert figures.duration(seconds, EN) == words


def test_times_are_those_of_the_readers_zone_and_language() -> None:
    assert figures.moment(NIGHT, SHANGHAI, EN) == "4 Nov 2026 05:04"
    assert figures.moment(NIGHT, SHANGHAI, ZH) == "2026年11月4日 05:04"
    assert figures.day(NIGHT, SHANGHAI, ZH) == "11月4日"
    assert figures.clock(NIGHT, ZoneInfo("UTC"), EN) == "21:04"
