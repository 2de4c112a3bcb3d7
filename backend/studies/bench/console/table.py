"""The one table of `rlt bench console`."""

from collections.abc import Iterator

from backend.studies.person import JsonObject

MOST_KB = 80.0
MOST_USABLE_MS = 1000.0
MOST_DIFFERENCE = 0.1


def table(report: JsonObject) -> str:
    """What a person reads: figures, limits, and whether each holds."""
    return "\n".join(
        (*_cameras(report["cameras"]), "", *_ticks(report["ticks"]), "", *_pages(report["pages"]))
    )


def failures(report: JsonObject) -> list[str]:
    """One sentence for each limit that was missed."""
    found = []
    worst = report["ticks"]["difference_points"]["mean"]
    if worst > MOST_DIFFERENCE:
        found.append(
            f"with viewers {worst} points more of the ticks are late, more than {MOST_DIFFERENCE}"
        )
    for row in report["pages"]:
        if row["gzipped_kb"] > MOST_KB:
            found.append(f"{row['page']} weighs {row['gzipped_kb']} kB, more than {MOST_KB:g}")
        if row["usable_ms"]["p95"] > MOST_USABLE_MS:
            found.append(f"{row['page']} is usable after {row['usable_ms']['p95']:.0f} ms (p95)")
    return found


def _cameras(rows: list[JsonObject]) -> Iterator[str]:
    yield "cameras  viewers  stalled   age p50   age p95   drawn/s   web   bridges"
    for row in rows:
        age = row["age_ms"]
        yield (
            f"{row['cameras']:7} {row['viewers']:8} {row['stalled']:8}"
            f" {age['p50']:6.0f} ms {age['p95']:6.0f} ms {row['drawn_per_camera_and_second']:9.1f}"
            f" {row['web_core_percent']:4.0f} % {row['bridges_core_percent']:6.0f} %"
        )


def _ticks(ticks: JsonObject) -> Iterator[str]:
    yield "viewers     ticks   late"
    for row in ticks["rows"]:
        yield f"{row['viewers']:7} {row['ticks']:9} {row['late']:6} {row['late_percent']:8.3f} %"
    found = ticks["difference_points"]
    span = "" if found["low"] is None else f" ({found['low']:+.3f} to {found['high']:+.3f})"
    yield f"difference {found['mean']:+.3f} points{span}, limit {MOST_DIFFERENCE}"


def _pages(rows: list[JsonObject]) -> Iterator[str]:
    yield f"page           gzipped (≤ {MOST_KB:g} kB)   usable p50   p95 (≤ {MOST_USABLE_MS:g} ms)"
    for row in rows:
        usable = row["usable_ms"]
        yield (
            f"{row['page']:14} {row['gzipped_kb']:9.1f} kB"
            f" {usable['p50']:15.0f} ms {usable['p95']:9.0f} ms"
        )
