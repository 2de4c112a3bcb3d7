from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from backend.studies.plots import Line, Plot, apart, svg, ticks


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


def test_names_stand_at_their_heights_and_never_on_one_another() -> None:
    assert apart([10.0, 100.0], 0.0, 200.0, 14.0) == [10.0, 100.0]
    placed = apart([199.0, 50.0, 52.0, 198.0, 49.0], 0.0, 200.0, 14.0)
    assert sorted(range(5), key=lambda n: placed[n]) == [4, 1, 2, 3, 0]
    ordered = sorted(placed)
    assert all(below - above >= 14.0 for above, below in pairwise(ordered))
    assert ordered[-1] <= 200.0


def test_every_line_and_level_is_named_beside_the_chart() -> None:
    plot = Plot(
        title="t",
        across="x",
        up="y",
        lines=[Line("seed 0", [0.0, 1.0], [0.2, 0.9]), Line("empty", [], [])],
        levels={"base": 0.5, "copy": 0.51},
    )
    space = "{http://www.w3.org/2000/svg}"
    texts = {text.text: text for text in ET.fromstring(svg([plot])).iter(f"{space}text")}
    base, copy = (float(texts[name].attrib["y"]) for name in ("base", "copy"))
    assert base - copy >= 13.9
    assert "seed 0" in texts
    assert "empty" not in texts
