"""Steps of successes as the rollups count them: buckets in one long decimal number. Pure.

Exact below 128 steps. Above, each doubling has 64 buckets, so none is wider than 1/64 of what it
counts, and a median is off by less than 0.8 %.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

DIGITS = 7
"""Decimal digits of one bucket: ten million attempts fit."""
EXACT = 128
SHARES = 64
FIRST_OCTAVE = 7
LEAST_BAR = 8
ZERO = ord("0")
PLACES = 10.0 ** np.arange(DIGITS - 1, -1, -1)
"""Exact in floating point, whose products are many times as fast as those of whole numbers."""

Counts = dict[int, int]
"""Attempts by bucket, in the order of the buckets."""


def decode(number: str) -> Counts:
    """The buckets of a sum of rollups, from its decimal digits."""
    counts = _table([number])[0]
    filled = np.flatnonzero(counts)
    return dict(zip(filled.tolist(), counts[filled].tolist(), strict=True))


def _table(numbers: Sequence[str]) -> NDArray[np.int64]:
    """Attempts by number and bucket, shape [numbers, buckets]."""
    size = max((-(-len(number) // DIGITS) for number in numbers), default=0)
    digits = "".join(number.rjust(size * DIGITS, "0") for number in numbers).encode()
    places = (np.frombuffer(digits, np.uint8) - ZERO).reshape(-1, DIGITS).astype(np.float64)
    return (places @ PLACES).astype(np.int64).reshape(len(numbers), size)[:, ::-1]


def edges(bucket: int) -> tuple[int, int]:
    """Fewest steps of a bucket, and its width."""
    if bucket < EXACT:
        return bucket, 1
    octave, share = divmod(bucket - EXACT, SHARES)
    width = 2 << octave
    return (1 << (octave + FIRST_OCTAVE)) + share * width, width


@lru_cache(maxsize=8)
def _all_edges(buckets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    low, width = np.array([edges(bucket) for bucket in range(buckets)]).T
    return low, width


def medians(numbers: Sequence[str]) -> list[float | None]:
    """Of each sum of rollups the middle one, or the mean of the two in the middle; None of nothing.

    What shares a bucket is taken to lie evenly in it.
    """
    counts = _table(numbers)
    upto = counts.cumsum(axis=1)
    total = upto[:, -1:]
    low, width = _all_edges(counts.shape[1])
    ranked = []
    for rank in ((total - 1) // 2, total // 2):
        # The first bucket up to which more than `rank` attempts lie.
        bucket = (upto > rank).argmax(axis=1)
        here = np.take_along_axis(counts, bucket[:, None], axis=1)[:, 0].clip(1)
        below = np.take_along_axis(upto, bucket[:, None], axis=1)[:, 0] - here
        share = (rank[:, 0] - below + 0.5) / here
        ranked.append(low[bucket] + (width[bucket] - 1) * share)
    found = (ranked[0] + ranked[1]) / 2
    return [value if n else None for value, n in zip(found.tolist(), total[:, 0], strict=True)]


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
