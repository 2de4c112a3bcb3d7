"""Charts as SVG, drawn here: for paper, and for readers without scripts. Pure.

Colours are those of the interface on white; every series is told apart by form as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from backend.reports.schemas import Bin, Histogram, Throughput
from backend.web import figures
from backend.web.i18n import Translator

INK, QUIET, GRID = "#1a1f24", "#4a545e", "#d8dce0"
COLOURS = {
    "base": "#4d5b6b", "rl": "#0b62c4", "human": "#8f5b00", "teleop": "#8f5b00",
    "success": "#0e7040",
}  # fmt: skip
MOST_TICKS = 5
ROUND = (1.0, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
LABEL_WIDTH = 70


@dataclass(frozen=True)
class Frame:
    """Where the data lie inside a picture."""

    width: float
    height: float
    top_value: float
    slots: int
    left: float = 46
    right: float = 10
    top: float = 14
    bottom: float = 24

    def x(self, slot: float) -> float:
        """Left edge of a slot."""
        return self.left + (self.width - self.left - self.right) * slot / max(self.slots, 1)

    def y(self, value: float) -> float:
        """Height of a value; values above the frame are cut."""
        share = min(value / self.top_value, 1.0) if self.top_value else 0.0
        return self.height - self.bottom - (self.height - self.top - self.bottom) * share


def nice_top(largest: float) -> float:
    """The smallest round number that holds it."""
    if largest <= 0:
        return 1.0
    scale = 10.0 ** floor(log10(largest))
    return next(step * scale for step in ROUND if largest <= step * scale * (1 + 1e-9))


def throughput(report: Throughput, say: Translator, zone: ZoneInfo) -> Markup:
    """Bars of active throughput, steps of wall-clock throughput, recorded figures across."""
    recorded = {name: one.per_10min for name, one in report.references.items() if one.per_10min}
    values = [one.per_10min_active or 0.0 for one in report.bins]
    walls = [one.per_10min_wall if one.episodes else None for one in report.bins]
    largest = max([*values, *(wall or 0.0 for wall in walls), *recorded.values(), 0.0])
    frame = Frame(720, 220, nice_top(largest), len(values))
    parts = [
        _rule(frame, lambda value: figures.plain(value, say)),
        _clock(frame, report.bins, zone, say),
    ]
    for slot, value in enumerate(values):
        parts.append(_bar(frame, slot, value, COLOURS["rl"]))
    parts.append(_stairs(frame, walls))
    for name, value in recorded.items():
        label = f"{say(f'reference.{name}')} {figures.short(value, say)}"
        parts.append(_across(frame, value, COLOURS[name], label))
    return _picture(frame, say("report.over_time"), parts)


def success(report: Throughput, say: Translator, zone: ZoneInfo) -> Markup:
    """Success rate of each bin in its 95 % interval."""
    frame = Frame(720, 150, 1.0, len(report.bins))
    parts = [_rule(frame, lambda value: _share(value, say)), _clock(frame, report.bins, zone, say)]
    for slot, one in enumerate(report.bins):
        if one.success_rate is None or one.wilson is None:
            continue
        low, high = one.wilson
        middle = (frame.x(slot) + frame.x(slot + 1)) / 2
        colour = COLOURS["success"]
        parts.append(_line(middle, frame.y(low), middle, frame.y(high), colour, 3, opacity=0.3))
        y = frame.y(one.success_rate)
        parts.append(f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>')
    return _picture(frame, say("chart.success"), parts)


def steps(histogram: Histogram, say: Translator) -> Markup:
    """Steps of successes by who drove, as shares of each driver's own."""
    rows = {"base": histogram.base, "human": histogram.human, "rl": histogram.rl}
    shares = {name: [n / sum(row) for n in row] for name, row in rows.items() if sum(row)}
    longest = max(map(len, shares.values()), default=0)
    frame = Frame(
        720, 150, nice_top(max((max(row) for row in shares.values()), default=0)), longest
    )
    parts = [_rule(frame, lambda value: _share(value, say))]
    every = max(1, ceil(longest / 10))
    parts += [
        _text(frame.x(slot), frame.height - 8, figures.number(slot * histogram.width, say))
        for slot in range(0, longest, every)
    ]
    for place, (name, row) in enumerate(shares.items()):
        for slot, share in enumerate(row):
            inset = place / len(shares)
            parts.append(_bar(frame, slot + inset, share, COLOURS[name], part=1 / len(shares)))
    return _picture(frame, say("report.steps_by_driver"), parts)


def _picture(frame: Frame, title: str, parts: Sequence[str]) -> Markup:
    body = Markup("").join(Markup(part) for part in parts)  # noqa: S704  made of numbers and escaped text
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}" '
        'font-family="system-ui, sans-serif" font-size="10"><title>{}</title>'
        '<rect width="100%" height="100%" fill="#ffffff"/>{}</svg>'
    ).format(int(frame.width), int(frame.height), title, body)


def _rule(frame: Frame, words: Callable[[float], str]) -> str:
    """Lines across with their values."""
    lines = []
    for index in range(MOST_TICKS):
        value = frame.top_value * index / (MOST_TICKS - 1)
        y = frame.y(value)
        lines.append(_line(frame.left, y, frame.width - frame.right, y, GRID, 1))
        lines.append(_text(frame.left - 6, y + 3, words(value), "end"))
    return "".join(lines)


def _clock(frame: Frame, bins: Sequence[Bin], zone: ZoneInfo, say: Translator) -> str:
    """Times of day under the bins; days where the window is long."""
    every = max(1, ceil(len(bins) / 8))
    long = len(bins) > 1 and (bins[-1].start - bins[0].start).total_seconds() > 86400

    def label(at: datetime) -> str:
        time = figures.clock(at, zone, say)
        return f"{figures.day(at, zone, say)} {time}" if long else time

    return "".join(
        _text(frame.x(slot), frame.height - 8, label(bins[slot].start))
        for slot in range(0, len(bins), every)
        if frame.x(slot) < frame.width - LABEL_WIDTH
    )


def _bar(frame: Frame, slot: float, value: float, colour: str, part: float = 1.0) -> str:
    if value <= 0:
        return ""
    left, right = frame.x(slot), frame.x(slot + part)
    top = frame.y(value)
    return (
        f'<rect x="{left + 0.5:.1f}" y="{top:.1f}" width="{max(right - left - 1, 0.5):.1f}" '
        f'height="{frame.y(0) - top:.1f}" fill="{colour}" fill-opacity="0.55"/>'
    )


def _stairs(frame: Frame, values: Sequence[float | None]) -> str:
    """A step for each value, joined where both neighbours are known."""
    lines = []
    for slot, value in enumerate(values):
        if value is None:
            continue
        y, left, right = frame.y(value), frame.x(slot), frame.x(slot + 1)
        lines.append(_line(left, y, right, y, QUIET, 1.2, dash="3 3"))
        before = values[slot - 1] if slot else None
        if before is not None:
            lines.append(_line(left, frame.y(before), left, y, QUIET, 1.2, dash="3 3"))
    return "".join(lines)


def _across(frame: Frame, value: float, colour: str, label: str) -> str:
    y = frame.y(value)
    line = _line(frame.left, y, frame.width - frame.right, y, colour, 1.5, dash="7 4")
    return line + _text(frame.width - frame.right, y - 4, label, "end", colour)


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float,
    *, dash: str = "", opacity: float = 1.0,
) -> str:  # fmt: skip
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-opacity="{opacity}"{dashes}/>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = QUIET) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def _share(value: float, say: Translator) -> str:
    return figures.percent(value, say, "0.##")
