"""Figures and times as people read them, on pages that the server writes whole.

They look as they do on the living pages (`frontend/src/lib/format.ts`).
"""

from contextlib import AbstractContextManager
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, localcontext
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.numbers import format_decimal, format_percent

from backend.web.i18n import Translator

DASH = "–"
REGIONS = {"en": "en_GB", "zh": "zh_CN"}
"""Where each language is read: it decides the order of a date and the marks in a number."""
PERCENT = {"en": "\u00a0%", "zh": "%"}
"""How a share ends. With a space in English, as its sentences have it; CLDR says without."""


@lru_cache
def _region(language: str) -> Locale:
    return Locale.parse(REGIONS[language])


def _halves_up() -> AbstractContextManager[Context]:
    """As browsers round; Babel goes by the context, which rounds halves to even."""
    return localcontext(rounding=ROUND_HALF_UP)


def number(value: float, say: Translator, pattern: str = "#,##0") -> str:
    """A number by a pattern of CLDR."""
    with _halves_up():
        return format_decimal(value, pattern, locale=_region(say.language))


def plain(value: float, say: Translator) -> str:
    """A tick of an axis: only the decimals that it has."""
    return number(value, say, "#,##0.###")


def short(value: float | None, say: Translator) -> str:
    """A number in about three figures, whatever its size."""
    if value is None:
        return DASH
    size = abs(value)
    if size >= 100_000:
        return f"{number(value / 1000, say)} k"
    if size >= 100 or value == 0:
        return number(value, say)
    return number(value, say, "0.0" if size >= 10 else "0.00" if size >= 0.1 else "@@")


def percent(value: float | None, say: Translator, pattern: str = "0") -> str:
    """A share of one as a percentage."""
    if value is None:
        return DASH
    with _halves_up():
        return format_percent(value, pattern + PERCENT[say.language], locale=_region(say.language))


def interval(bounds: tuple[float, float] | None, say: Translator) -> str:
    """Both ends of an interval of shares."""
    return f"{percent(bounds[0], say)} – {percent(bounds[1], say)}" if bounds else DASH


def duration(seconds: float | None, say: Translator) -> str:
    """Seconds as people say them: 12.4 s, 3 min 05 s, 2 h 07 min."""
    if seconds is None:
        return DASH
    if seconds < 60:
        return f"{number(seconds, say, '0.0')} {say('unit.s')}"
    hours, minutes = int(seconds // 3600), int(seconds // 60) % 60
    if hours == 0:
        return f"{minutes} {say('unit.min')} {int(seconds % 60):02d} {say('unit.s')}"
    rest = f" {minutes:02d} {say('unit.min')}" if minutes else ""
    return f"{hours} {say('unit.h')}{rest}"


def clock(at: datetime, zone: ZoneInfo, say: Translator) -> str:
    """Hours and minutes there."""
    return format_time(at, "HH:mm", tzinfo=zone, locale=_region(say.language))


def day(at: datetime, zone: ZoneInfo, say: Translator, skeleton: str = "MMMd") -> str:
    """The day there: 3 Nov, or what a skeleton of CLDR asks for."""
    return format_skeleton(skeleton, at, tzinfo=zone, locale=_region(say.language))


def moment(at: datetime, zone: ZoneInfo, say: Translator) -> str:
    """Day, year and time of day there."""
    return f"{day(at, zone, say, 'yMMMd')} {clock(at, zone, say)}"
