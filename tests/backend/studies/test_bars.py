from xml.etree import ElementTree as ET

import pytest

from backend.studies.bars import Bar, Group, svg

SPACE = "{http://www.w3.org/2000/svg}"


def test_bars_keep_their_proportions_and_say_what_they_are() -> None:
    groups = [
        Group(name="a < b", bars=[Bar(value=50.0), Bar(value=100.0, interval=(90.0, 120.0))]),
        Group(name="c", bars=[None, Bar(value=25.0)]),
    ]
    root = ET.fromstring(svg("title", "per 10 min", ("base", "RLT"), groups))
    drawn = [rect for rect in root.iter(f"{SPACE}rect") if rect.attrib.get("height") == "13"]
    wide = [float(rect.attrib["width"]) for rect in drawn]
    assert wide == pytest.approx([wide[1] / 2, wide[1], wide[1] / 4], abs=0.2)
    words = "".join(root.itertext())
    assert all(word in words for word in ("title", "a < b", "base", "RLT", "100", "per 10 min"))


def test_an_interval_fits_on_the_page() -> None:
    groups = [Group(name="a", bars=[Bar(value=10.0, interval=(5.0, 300.0))])]
    root = ET.fromstring(svg("t", "x", ("one",), groups))
    line = next(path for path in root.iter(f"{SPACE}path") if path.attrib["class"] == "a")
    end = float(line.attrib["d"].rpartition("H")[2])
    assert end < float(root.attrib["width"])
