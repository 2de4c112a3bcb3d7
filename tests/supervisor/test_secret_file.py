"""Tokens of the processes that the product starts."""

import stat
from pathlib import Path

from backend.supervisor.secret_file import FOLDER, tokens


def test_kept_over_starts_and_for_this_user_alone(tmp_path: Path) -> None:
    first = tokens(tmp_path, ["sim-1", "autopilot"])
    again = tokens(tmp_path, ["sim-1", "sim-2"])
    assert again["sim-1"] == first["sim-1"]
    assert len({*first.values(), *again.values()}) == 3
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / FOLDER / "sim-1").stat().st_mode) == 0o600


def test_an_empty_file_of_a_full_disk_is_made_again(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "sim-1").touch()
    made = tokens(tmp_path, ["sim-1"])["sim-1"]
    assert len(made) >= 32
    assert tokens(tmp_path, ["sim-1"])["sim-1"] == made
