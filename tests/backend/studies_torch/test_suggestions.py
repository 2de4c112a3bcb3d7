import json
from dataclasses import replace
from pathlib import Path

import pytest

from backend.errors import BadRequest
from backend.rl.config import RltConfig
from backend.studies.suggestions import study, with_intervals
from tests.fixtures.attempt import Attempt
from tests.fixtures.stored import recording_of


def folder_of(path: Path, attempts: int) -> Path:
    (path / "episodes").mkdir(parents=True)
    plan = {"task": "ethernet", "regime": "full", "seed": 0, "config": RltConfig().to_dict()}
    (path / "about.json").write_text(json.dumps({"plan": plan}))
    for number in range(attempts):
        attempt = Attempt(
            regime="full",
            steps=80 + number % 2,
            hand_off_step=40,
            ended_by="success" if number % 2 else "broken",
        )
        recording = recording_of(attempt)
        recording.state[-1] = number % 2
        info = replace(recording.info, episode_id=str(number))
        content = replace(recording, info=info).to_bytes()
        (path / "episodes" / f"{number:05d}.safetensors").write_bytes(content)
    return path


def test_a_training_gives_figures_with_intervals(tmp_path: Path) -> None:
    (found,) = study([folder_of(tmp_path / "a", 20)])["trainings"]
    assert (found["task"], found["regime"]) == ("ethernet", "full")
    assert found["hand_off"]["switches"] == 20
    assert found["hand_off"]["recall"]["share"] == 1.0
    assert found["success"]["agreement"]["share"] == 1.0


def test_shares_by_hand() -> None:
    found = with_intervals({"right": 3, "suggestions": 4, "switches": 6})
    assert found["precision"]["share"] == 0.75
    assert found["recall"]["share"] == 0.5
    low, high = found["recall"]["interval"]
    assert low == pytest.approx(0.1876, abs=1e-3)
    assert high == pytest.approx(0.8124, abs=1e-3)
    assert "agreement" not in found


def test_too_few_attempts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="too few"):
        study([folder_of(tmp_path / "a", 4)])


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"about\.json"):
        study([tmp_path])
