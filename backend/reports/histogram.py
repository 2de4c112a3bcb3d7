"""Steps of successes as the rollups count them: buckets in one long decimal number. Pure.

Exact below 128 steps. Above, each doubling has 64 buckets, so none is wider than 1/64 of what it
counts, and a median is off by less than 0.8 %.
"""

from collections.abc import Iterator, Sequence

import numpy as np

DIGITS = 7
"""Decimal digits of one bucket: ten million attempts fit."""
EXACT = 128
SHARES = 64
FIRST_OCTAVE = 7
LEAST_BAR = 8

Counts = dict[int, int]
"""Attempts by bucket."""


def decode(number: str) -> Counts:
    """The buckets of a sum of rollups, from its decimal digits."""
    size = -(-len(number) // DIGITS)
    padded = number.rjust(size * DIGITS, "0").encode()
    counts = np.frombuffer(padded, dtype=f"S{DIGITS}").astype(np.int64)[::-1]
    return {int(index): int(counts[index]) for index in np.flatnonzero(counts)}


def together(*parts: Counts) -> Counts:
    """All of them in one."""
    total: Counts = {}
    for part in parts:
        for bucket, count in part.items():
            total[bucket] = total.get(bucket, 0) + count
    return total


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
    lower, upper = (_ranked(counts, rank) for rank in ((total - 1) // 2, total // 2))
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


def _ranked(counts: Counts, rank: int) -> float:
    """The value that `rank` others are below."""
    for bucket, first, count in _running(counts):
        if rank < first + count:
            low, width = edges(bucket)
            return low + (width - 1) * (rank - first + 0.5) / count
    raise AssertionError("a rank is below the number of what is counted")


def _running(counts: Counts) -> Iterator[tuple[int, int, int]]:
    first = 0
    for bucket in sorted(counts):
        yield bucket, first, counts[bucket]
        first += counts[bucket]
