"""Small charts as SVG text, by hand: axes from zero, lines, levels, a legend. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 560, 340
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 34, 46
COLOURS = ("#1f6fb2", "#c2571a", "#2b8a4b", "#8a4bb0", "#b0304f", "#55606b")
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
    for number, value in enumerate(plot.levels.values(), start=len(plot.lines)):
        y = f"{scale.y(value):.1f}"
        parts.append(
            f'<path class="h" stroke="{_colour(number)}" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        )
    return "".join(parts) + _legend([line.name for line in plot.lines] + list(plot.levels))


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


def _legend(names: Sequence[str]) -> str:
    parts = []
    for number, name in enumerate(names):
        y = HEIGHT - BOTTOM - 12 - 16 * (len(names) - 1 - number)
        x = WIDTH - RIGHT - 8
        parts.append(
            f'<text x="{x}" y="{y}" text-anchor="end" style="fill:{_colour(number)}">'
            f"{escape(name)}</text>"
        )
    return "".join(parts)


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
