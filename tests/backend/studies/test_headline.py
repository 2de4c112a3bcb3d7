import json
from pathlib import Path
from typing import Any

import pytest

from backend.__main__ import main
from backend.studies.campaign.headline import answers, markdown


def policy(success: float, steps: float | None, throughput: float, times: float) -> dict[str, Any]:
    gain = {"throughput": times, "steps": 1 / times}
    return {
        "success_rate": success,
        "median_steps": steps,
        "active_throughput_per_10min": throughput,
        "active_throughput_interval": [throughput - 5, throughput + 5],
        "over_base": gain,
        "over_best_base": {"throughput": times / 2, "steps": 1.0},
    }


def cell(task: str, regime: str, practised_in: str, best: float) -> dict[str, Any]:
    return {
        "task": task,
        "regime": regime,
        "practised_in": practised_in,
        "attempts": [150, 150],
        "robot_minutes": [6.5, 7.5],
        "seconds": [540.0, 660.0],
        "base": "base x1 every 20",
        "best_base": "base x2 every 5",
        "policies": {
            "best": policy(0.97, 96.0, best, 5.04),
            "base x1 every 20": policy(0.5, 226.0, 55.0, 1.0),
            "base x2 every 5": policy(0.0, None, 132.0, 2.4),
        },
    }


TABLES = {
    "ethernet": {
        "trainings": {
            "ethernet-critical-rlt": cell("ethernet", "critical", "critical", 278.0),
            "ethernet-critical-rlt-in-full": cell("ethernet", "full", "critical", 123.0),
            "ethernet-full-rlt": cell("ethernet", "full", "full", 150.0),
        }
    },
    "ablations": {
        "trainings": {"ethernet-critical-rlt": cell("ethernet", "critical", "critical", 1.0)}
    },
    "screw": {
        "trainings": {
            "screw-full-token-noise": cell("screw", "full", "full", 2.0),
            "screw-full-rlt": cell("screw", "full", "full", 70.0),
        }
    },
}


def test_each_task_is_answered_once_by_who_practised_it() -> None:
    found = {
        one.name: one.cell["policies"]["best"]["active_throughput_per_10min"]
        for one in answers(TABLES)
    }
    assert found == {"Ethernet, critical": 278.0, "Ethernet, full": 150.0, "screw, full": 70.0}


def test_the_page_says_figures_gains_and_the_papers() -> None:
    page = markdown(answers(TABLES), "rlt headline")
    row = next(line for line in page.splitlines() if "Ethernet, critical" in line)
    assert "| 50% / 226 / 55 | 0% / – / 132 (x2 every 5) | – | – | **97% / 96 / 278** |" in row
    assert "| 5.04 | 2.52 | 0.20 | 150, 6.5–7.5, 9–11 | 147 → 400" in row


def test_the_command_writes_page_and_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["headline", "--results", str(tmp_path)]) == 2
    assert "run one first" in capsys.readouterr().err
    (tmp_path / "screw").mkdir()
    (tmp_path / "screw" / "table.json").write_text(json.dumps(TABLES["screw"]))
    assert main(["headline", "--results", str(tmp_path)]) == 0
    assert "screw, full" in (tmp_path / "headline.md").read_text()
    assert (tmp_path / "headline.svg").read_text().startswith("<svg")
