from xml.etree import ElementTree as ET

import pytest

from backend.studies.plots import Line, Plot, svg, ticks


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (187.0, [0, 50, 100, 150, 200]),
        (0.0, [0, 1]),
        (14.2, [0, 5, 10, 15]),
    ],
)
def test_ticks_are_round_and_reach_the_top(top: float, expected: list[float]) -> None:
    assert ticks(top) == expected


def test_a_chart_is_well_formed_and_keeps_its_proportions() -> None:
    plot = Plot(
        title="a < b",
        across="minutes",
        up="success",
        lines=[Line("practice", [0.0, 5.0, 10.0], [0.0, 0.5, 1.0])],
        levels={"base": 0.25},
        top=1.0,
    )
    root = ET.fromstring(svg([plot, plot]))
    space = "{http://www.w3.org/2000/svg}"
    line = root.find(f".//{space}polyline")
    assert line is not None
    points = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.2)
    assert y0 > y2
    words = "".join(root.itertext())
    assert "a < b" in words
    assert "base" in words


def test_an_empty_chart_is_a_chart() -> None:
    ET.fromstring(svg([Plot(title="", across="", up="", lines=[Line("none", [], [])])]))
