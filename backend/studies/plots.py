"""Small charts as SVG text, by hand: axes from zero, lines, levels, each with its name. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 620, 340
LEFT, RIGHT, TOP, BOTTOM = 58, 132, 34, 46
APART = 14
"""Pixels between two names beside a chart."""
COLOURS = ("#1f6fb2", "#c2571a", "#2b8a4b", "#8a4bb0", "#b0304f")
LEVEL = "#55606b"
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600;font-size:13px}"
    ".a{stroke:#999;fill:none}.g{stroke:#e3e3e3}.l{fill:none;stroke-width:2}.f{opacity:.35}"
    ".h{stroke-dasharray:5 4;fill:none}"
)


@dataclass(frozen=True)
class Line:
    """One curve."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    faint: bool = False


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One chart."""

    title: str
    across: str
    up: str
    lines: Sequence[Line]
    levels: Mapping[str, float] = field(default_factory=dict)
    """Dashed horizontal lines by name."""
    top: float | None = None
    """Upper end of the scale; None fits it."""


def svg(plots: Sequence[Plot]) -> str:
    """Charts side by side."""
    body = "".join(
        f'<g transform="translate({number * WIDTH},0)">{_chart(plot)}</g>'
        for number, plot in enumerate(plots)
    )
    wide = WIDTH * len(plots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HEIGHT}" width="{wide}" '
        f'height="{HEIGHT}"><style>{STYLE}</style>'
        f'<rect width="{wide}" height="{HEIGHT}" fill="#fff"/>{body}</svg>\n'
    )


def ticks(top: float, wanted: int = 5) -> list[float]:
    """Round numbers from 0 up to at least `top`."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / wanted
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * by for by in (1, 2, 2.5, 5, 10) if size * by >= raw)
    return [round(step * n, 10) for n in range(math.ceil(top / step - 1e-9) + 1)]


def _chart(plot: Plot) -> str:
    across = ticks(max((max(line.x, default=0.0) for line in plot.lines), default=0.0))
    values = [y for line in plot.lines for y in line.y] + list(plot.levels.values())
    up = ticks(plot.top if plot.top is not None else max(values, default=0.0))
    scale = _Scale(across[-1], up[-1])
    parts = [_axes(plot, scale, across, up)]
    for number, line in enumerate(plot.lines):
        points = " ".join(
            f"{scale.x(x):.1f},{scale.y(y):.1f}" for x, y in zip(line.x, line.y, strict=True)
        )
        dim = " f" if line.faint else ""
        parts.append(f'<polyline class="l{dim}" stroke="{_colour(number)}" points="{points}"/>')
    for value in plot.levels.values():
        y = f"{scale.y(value):.1f}"
        parts.append(f'<path class="h" stroke="{LEVEL}" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
    names = [
        _Name(line.name, _colour(number), scale.y(line.y[-1]))
        for number, line in enumerate(plot.lines)
        if line.y
    ]
    names += [_Name(name, LEVEL, scale.y(value)) for name, value in plot.levels.items()]
    return "".join(parts) + _named(names)


@dataclass(frozen=True)
class _Scale:
    right: float
    top: float

    def x(self, value: float) -> float:
        return LEFT + value / self.right * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM)


def _axes(plot: Plot, scale: _Scale, across: Sequence[float], up: Sequence[float]) -> str:
    floor = HEIGHT - BOTTOM
    parts = [f'<text class="t" x="{LEFT}" y="18">{escape(plot.title)}: {escape(plot.up)}</text>']
    for value in up:
        y = f"{scale.y(value):.1f}"
        parts.append(f'<path class="g" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{value:g}</text>')
    for value in across:
        x = f"{scale.x(value):.1f}"
        parts.append(f'<text x="{x}" y="{floor + 16}" text-anchor="middle">{value:g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(plot.across)}</text>'
    )
    parts.append(f'<path class="a" d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}"/>')
    return "".join(parts)


@dataclass(frozen=True)
class _Name:
    text: str
    colour: str
    y: float


def apart(heights: Sequence[float], top: float, bottom: float, gap: float) -> list[float]:
    """Where names stand so that none covers another: as near to their heights as order allows.

    They begin at their own heights, are pushed down by the one above, and up again from the bottom.
    """
    order = sorted(range(len(heights)), key=lambda number: heights[number])
    placed = [max(top, height) for height in heights]
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + gap)
    limit = bottom
    for number in reversed(order):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - gap
    return placed


def _named(names: Sequence[_Name]) -> str:
    """The names to the right of the chart, each at the height of what it names."""
    places = apart([one.y for one in names], TOP, HEIGHT - BOTTOM, APART)
    return "".join(
        f'<text x="{WIDTH - RIGHT + 6}" y="{y:.1f}" dy="4" style="fill:{one.colour}">'
        f"{escape(one.text)}</text>"
        for one, y in zip(names, places, strict=True)
    )


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
