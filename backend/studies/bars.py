"""Bars side by side as SVG text: a few policies on several tasks, with intervals. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from backend.studies.plots import COLOURS, STYLE, ticks

WIDTH, ROW, GAP = 760, 15, 14
LEFT, RIGHT, TOP, BOTTOM = 150, 70, 52, 34


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One policy on one task."""

    value: float
    interval: Sequence[float] | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """One task: a bar for each policy, None where it was not measured."""

    name: str
    bars: Sequence[Bar | None]


def svg(title: str, across: str, policies: Sequence[str], groups: Sequence[Group]) -> str:
    """Groups below one another, bars to the right, the policies' names on top."""
    known = [bar for group in groups for bar in group.bars if bar is not None]
    scale = ticks(max((max([bar.value, *(bar.interval or ())]) for bar in known), default=1.0))
    high = len(policies) * ROW + GAP
    floor = TOP + high * len(groups)
    parts = [
        f'<text class="t" x="12" y="18">{escape(title)}</text>',
        _legend(policies),
        *(_grid(value, _x(value, scale[-1]), floor) for value in scale),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{floor + 30}" text-anchor="middle">'
        f"{escape(across)}</text>",
    ]
    for number, group in enumerate(groups):
        top = TOP + number * high + GAP / 2
        middle = top + len(policies) * ROW / 2
        parts.append(
            f'<text x="{LEFT - 10}" y="{middle}" dy="4" text-anchor="end">'
            f"{escape(group.name)}</text>"
        )
        parts += [
            _bar(bar, COLOURS[place % len(COLOURS)], top + place * ROW, scale[-1])
            for place, bar in enumerate(group.bars)
            if bar is not None
        ]
    size = f'viewBox="0 0 {WIDTH} {floor + BOTTOM}" width="{WIDTH}" height="{floor + BOTTOM}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>'
        f'<rect width="{WIDTH}" height="{floor + BOTTOM}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _x(value: float, top: float) -> float:
    return LEFT + value / top * (WIDTH - LEFT - RIGHT)


def _grid(value: float, x: float, floor: float) -> str:
    return (
        f'<path class="g" d="M{x:.1f} {TOP}V{floor}"/>'
        f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle">{value:g}</text>'
    )


def _bar(bar: Bar, colour: str, y: float, top: float) -> str:
    end, middle = _x(bar.value, top), y + ROW / 2
    parts = [
        f'<rect x="{LEFT}" y="{y + 1:.1f}" width="{end - LEFT:.1f}" height="{ROW - 2}" '
        f'fill="{colour}"/>'
    ]
    if bar.interval is not None:
        low, high = (_x(bound, top) for bound in bar.interval)
        parts.append(f'<path class="a" stroke="#333" d="M{low:.1f} {middle:.1f}H{high:.1f}"/>')
        end = max(end, high)
    parts.append(f'<text x="{end + 5:.1f}" y="{middle:.1f}" dy="4">{bar.value:.0f}</text>')
    return "".join(parts)


def _legend(policies: Sequence[str]) -> str:
    wide = (WIDTH - LEFT) / len(policies)
    return "".join(
        f'<rect x="{LEFT + number * wide:.0f}" y="28" width="11" height="11" '
        f'fill="{COLOURS[number % len(COLOURS)]}"/>'
        f'<text x="{LEFT + number * wide + 16:.0f}" y="38">{escape(name)}</text>'
        for number, name in enumerate(policies)
    )
