"""Cuts a window of time into kept bins and the two ends that lie inside one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.models.report import LEVELS

MICROSECONDS = 1_000_000

Piece = tuple[int, int, int]
"""Level, and the first and the last-but-one start of its bins, seconds since the epoch."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Bins of `pieces`, and episodes one by one in [begin, head) and [tail, end)."""

    begin: datetime
    head: datetime
    tail: datetime
    end: datetime
    pieces: list[Piece]


def cut(begin: datetime, end: datetime, levels: Sequence[int] = LEVELS) -> Cut:
    """The fewest bins of these levels that fill the window, and what is left at its ends."""
    finest = levels[0]
    low = int(next_border(begin, finest).timestamp())
    high = _microseconds(end) // (finest * MICROSECONDS) * finest
    if low >= high:
        return Cut(begin=begin, head=end, tail=end, end=end, pieces=[])
    return Cut(
        begin=begin,
        head=datetime.fromtimestamp(low, UTC),
        tail=datetime.fromtimestamp(high, UTC),
        end=end,
        pieces=_fill(low, high, levels),
    )


def next_border(moment: datetime, level: int = LEVELS[0]) -> datetime:
    """The first border of bins at or after this moment."""
    border = -(-_microseconds(moment) // (level * MICROSECONDS)) * level
    return datetime.fromtimestamp(border, UTC)


def levels_of(bin_seconds: int) -> tuple[int, ...]:
    """Levels of which none crosses the border of two bins of this length."""
    return tuple(level for level in LEVELS if bin_seconds % level == 0)


def _fill(low: int, high: int, levels: Sequence[int]) -> list[Piece]:
    level, *coarser = levels
    if coarser:
        first, last = -(-low // coarser[0]) * coarser[0], high // coarser[0] * coarser[0]
        if first < last:
            ends = [(level, low, first), (level, last, high)]
            return [piece for piece in ends if piece[1] < piece[2]] + _fill(first, last, coarser)
    return [(level, low, high)]


def _microseconds(moment: datetime) -> int:
    since = moment - datetime.fromtimestamp(0, UTC)
    return (since.days * 86400 + since.seconds) * MICROSECONDS + since.microseconds
