"""Tokens of the processes that `rlt up` starts."""

import stat
from pathlib import Path

import pytest

from backend.errors import ConfigError
from backend.supervisor.secret_file import NAME, tokens


def test_kept_over_starts_and_for_this_user_alone(tmp_path: Path) -> None:
    first = tokens(tmp_path, ["sim-1", "autopilot"])
    again = tokens(tmp_path, ["sim-1", "sim-2"])
    assert again["sim-1"] == first["sim-1"]
    assert len({*first.values(), *again.values()}) == 3
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["{", "[]", '{"sim-1": 3}'])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(ConfigError, match="is damaged: remove it"):
        tokens(tmp_path, ["sim-1"])
