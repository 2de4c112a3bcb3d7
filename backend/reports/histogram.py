"""Steps of successes as the rollups count them: buckets in one long decimal number. Pure.

Exact below 128 steps. Above, each doubling has 64 buckets, so none is wider than 1/64 of what it
counts, and a median is off by less than 0.8 %.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, islice

import numpy as np

DIGITS = 7
"""Decimal digits of one bucket: ten million attempts fit."""
EXACT = 128
SHARES = 64
FIRST_OCTAVE = 7
LEAST_BAR = 8
ZERO = ord("0")
PLACES = 10 ** np.arange(DIGITS - 1, -1, -1)

Counts = dict[int, int]
"""Attempts by bucket, in the order of the buckets."""


def decode(number: str) -> Counts:
    """The buckets of a sum of rollups, from its decimal digits."""
    size = -(-len(number) // DIGITS)
    padded = np.frombuffer(number.rjust(size * DIGITS, "0").encode(), np.uint8)
    counts = ((padded - ZERO).reshape(size, DIGITS) @ PLACES)[::-1]
    filled = np.flatnonzero(counts)
    return dict(zip(filled.tolist(), counts[filled].tolist(), strict=True))


def edges(bucket: int) -> tuple[int, int]:
    """Fewest steps of a bucket, and its width."""
    if bucket < EXACT:
        return bucket, 1
    octave, share = divmod(bucket - EXACT, SHARES)
    width = 2 << octave
    return (1 << (octave + FIRST_OCTAVE)) + share * width, width


def median(counts: Counts) -> float | None:
    """The middle one, or the mean of the two in the middle; None of nothing.

    What shares a bucket is taken to lie evenly in it.
    """
    total = sum(counts.values())
    if total == 0:
        return None
    below = list(accumulate(counts.values()))
    lower, upper = (_ranked(counts, below, rank) for rank in ((total - 1) // 2, total // 2))
    return (lower + upper) / 2


def bars(parts: Sequence[Counts], most: int) -> tuple[int, list[list[int]]]:
    """Bars of one width for several histograms: every bucket lies in one bar whole."""
    widest = max((edges(bucket)[1] for part in parts for bucket in part), default=1)
    width = max(LEAST_BAR, widest)
    longest = max((edges(bucket)[0] // width for part in parts for bucket in part), default=-1)
    shown = min(longest + 1, most)
    rows = [[0] * shown for _ in parts]
    for row, part in zip(rows, parts, strict=True):
        for bucket, count in part.items():
            row[min(edges(bucket)[0] // width, shown - 1)] += count
    return width, rows


def _ranked(counts: Counts, below: list[int], rank: int) -> float:
    """The value that `rank` others are below; `below` counts up to and with each bucket."""
    place = bisect_right(below, rank)
    bucket = next(islice(counts, place, None))
    low, width = edges(bucket)
    return low + (width - 1) * (rank - below[place] + counts[bucket] + 0.5) / counts[bucket]
