"""The whole audit, as small as it can be."""

import json
from pathlib import Path

import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim import render
from robot_bridge.studies import careless, film
from robot_bridge.studies.audit import __main__ as command
from robot_bridge.studies.audit import card, cheats, report, search, spaces
from robot_bridge.studies.audit.legs import Leg
from robot_bridge.studies.play import Episode

SMALL = ["ethernet", "--steps", "600", "--episodes", "2", "--seed", "1"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Genomes near the honest way, one cheat, one careless policy."""
    monkeypatch.setenv(render.VARIABLE, "raycast")
    monkeypatch.setattr(film, "EDGE", 16)
    for name, value in (("CROWD", 3), ("ELITE", 2), ("FRESH", 1), ("STARTS", 1)):
        monkeypatch.setattr(search, name, value)
    dive = "dive beside the jack"
    monkeypatch.setitem(cheats.CHEATS, "ethernet", {dive: cheats.CHEATS["ethernet"][dive]})
    monkeypatch.setattr(careless, "CARELESS", {"slam": careless.CARELESS["slam"]})
    honest = cheats.to(z=-20.0)
    monkeypatch.setattr(
        spaces, "_leg", lambda genes: honest if genes[6] > -0.9 else Leg(honest.place, 0.001, 5)
    )


@pytest.mark.usefixtures("quick")
def test_an_audit_writes_its_figures_and_its_film(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, strip = tmp_path / "deep" / "audit.json", tmp_path / "deep" / "best.png"
    assert command.main([*SMALL, "--json", str(out), "--film", str(strip)]) == 0
    found = json.loads(out.read_text())
    assert [row["search"] for row in found["searches"]] == ["plans", "motions", "shaken plans"]
    assert found["control_steps"] >= 600
    assert found["successes"] == sum(row["successes"] for row in found["searches"]) > 0
    assert found["false_successes"] == 0
    assert all(row["replayed"] == row["successes"] for row in found["searches"])
    assert found["physical_limit"]["episodes"] == 2
    assert set(found["cheats"]) == {"dive beside the jack"}
    assert found["careless"]["slam"]["episodes"] == 4
    assert found["demonstrator"]["episodes"] == 2
    assert strip.read_bytes().startswith(b"\x89PNG")
    assert "best plan, fresh starts" in capsys.readouterr().out
    assert card.main([str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("## Audit")
    assert f"| plans | {found['searches'][0]['control_steps']} |" in told


@pytest.mark.usefixtures("quick")
def test_a_cheat_that_counts_makes_the_audit_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cheats.CHEATS, "ethernet", {"do it right": cheats.HONEST["ethernet"]})
    assert command.main(SMALL) == 1
    assert "the cheat “do it right” succeeded" in capsys.readouterr().out


def test_an_impossible_order_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["ethernet", "--steps", "0"]) == 2
    assert "at least 1" in capsys.readouterr().err


def test_a_card_needs_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert card.main(["nowhere.json"]) == 2
    assert "name one file" in capsys.readouterr().err


def test_a_tally_counts_endings_and_the_median_of_successes() -> None:
    episodes = [
        Episode(1, 30, Ending.SUCCESS),
        Episode(2, 50, Ending.SUCCESS),
        Episode(3, 5, Ending.DROPPED),
        Episode(4, 9, None),
    ]
    found = report.tally(episodes)
    assert (found["episodes"], found["successes"], found["median_steps"]) == (4, 2, 40.0)
    assert found["endings"] == {"dropped": 1, "given up": 1, "success": 2}
    assert report.tally(episodes[2:])["median_steps"] is None
