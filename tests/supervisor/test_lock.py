"""One `rlt up` per data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.errors import ConfigError
from backend.supervisor.lock import NAME, DataLock

HOLDER = """
import sys
from pathlib import Path
from backend.supervisor.lock import DataLock
with DataLock(Path(sys.argv[1]), "http://127.0.0.1:8123"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def hold(data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(data)]
    holder = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def end(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()


def test_second_one_is_told_where_the_first_is(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(ConfigError) as caught, DataLock(tmp_path, "http://other"):
            pass
    finally:
        end(holder)
    assert "already runs at http://127.0.0.1:8123" in caught.value.detail
    assert f"process {holder.pid}" in caught.value.detail


def test_a_killed_owner_leaves_nothing_stale(tmp_path: Path) -> None:
    end(hold(tmp_path))
    assert (tmp_path / NAME).stat().st_size > 0
    with DataLock(tmp_path, "http://127.0.0.1:9"):
        assert "127.0.0.1:9" in (tmp_path / NAME).read_text()


def test_what_a_power_cut_leaves_behind_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"pid": 1, "address": "http://127.0.0.1:8000"}')
    with DataLock(tmp_path, "http://127.0.0.1:9"):
        pass
    assert (tmp_path / NAME).read_text() == ""
