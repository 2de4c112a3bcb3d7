"""The pure parts of `rlt bench console`: who watches what, intervals, limits, the list of pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import Unavailable
from backend.studies.bench.console.cameras import AUDIENCES, sights
from backend.studies.bench.console.pages import Address, Visit, addresses, summary
from backend.studies.bench.console.table import failures, table
from backend.studies.bench.console.ticks import difference
from backend.studies.person import Operator, Sight

PAGES = Path(__file__).parents[3] / "frontend" / "src" / "pages"


def robot(name: str) -> dict[str, Any]:
    return {"id": name, "spec": {"cameras": [{"name": one} for one in ("wrist", "base", "cell")]}}


def test_the_fourth_camera_is_the_second_robots() -> None:
    found = sights([robot("a"), robot("b")], 4)
    assert found[0] == Sight("a", "wrist", 640, 480, 25)
    assert found[3] == Sight("b", "wrist", 320, 240, 10)
    assert len(found) == 4


def test_too_few_cameras_are_said() -> None:
    with pytest.raises(Unavailable, match="have 3 cameras together, 4 are needed"):
        sights([robot("a")], 4)


def test_one_and_ten_watch_one_and_four_cameras_also_beside_a_stalled_one() -> None:
    found = {(one.cameras, one.viewers, one.stalled) for one in AUDIENCES}
    assert found == {(c, v, s) for c in (1, 4) for v, s in ((1, 0), (10, 0), (10, 1))}


def test_difference_is_paired() -> None:
    assert difference([1.0, 5.0, 9.0], [1.1, 5.1, 9.1]) == {"mean": 0.1, "low": 0.1, "high": 0.1}


def test_difference_has_students_interval() -> None:
    # Differences 0 and 1: mean 0.5, standard error 0.5, t of one degree of freedom 12.706.
    assert difference([0.0, 0.0], [0.0, 1.0]) == {"mean": 0.5, "low": -5.853, "high": 6.853}


def test_one_pair_has_no_interval() -> None:
    assert difference([0.0], [0.2]) == {"mean": 0.2, "low": None, "high": None}


class Rows(Operator):
    """A console with one thing of each kind."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any
    ) -> list[dict[str, Any]]:
        return [{"id": "one"}]

    def episodes(self) -> Iterator[dict[str, Any]]:
        yield {"id": "one"}


def test_every_page_that_is_built_is_visited() -> None:
    assert {one.name for one in addresses(Rows())} == {file.stem for file in PAGES.glob("*.ts")}


def test_the_heavier_language_counts() -> None:
    visits = {"en": [Visit(400, 30_000)], "zh": [Visit(600, 31_500)]}
    row = summary(Address("fleet", "/", "h1"), visits)
    assert row["gzipped_kb"] == 31.5
    assert row["usable_ms"]["p50"] == 500


def report(**changed: Any) -> dict[str, Any]:
    page = {"page": "cell", "gzipped_kb": 62.0, "usable_ms": {"p50": 410.0, "p95": 620.0}}
    age = {"age_ms": {"p50": 40.0, "p95": 81.0}, "drawn_per_camera_and_second": 24.9}
    cores = {"web_core_percent": 7.0, "bridges_core_percent": 51.0}
    rows = [{"viewers": n, "ticks": 2000, "late": n, "late_percent": n / 20} for n in (0, 10)]
    return {
        "cameras": [{"cameras": 1, "viewers": 10, "stalled": 1} | age | cores],
        "ticks": {"rows": rows, "difference_points": {"mean": 0.02, "low": -0.1, "high": 0.1}},
        "pages": [page | changed],
    }


def test_the_table_has_every_part() -> None:
    text = table(report())
    assert "40 ms     81 ms" in text
    assert "difference +0.020 points (-0.100 to +0.100)" in text
    assert "62.0 kB" in text
    assert failures(report()) == []


def test_what_is_missed_is_said() -> None:
    missed = report(gzipped_kb=80.1, usable_ms={"p50": 800.0, "p95": 1001.0})
    missed["ticks"]["difference_points"]["mean"] = 0.11
    assert failures(missed) == [
        "with viewers 0.11 points more of the ticks are late, more than 0.1",
        "cell weighs 80.1 kB, more than 80",
        "cell is usable after 1001 ms (p95)",
    ]
