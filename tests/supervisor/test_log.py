"""One log of all processes."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.supervisor import log as log_module
from backend.supervisor.log import ProcessLog

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make(folder: Path, terminal: io.StringIO) -> ProcessLog:
    return ProcessLog(folder, now=lambda: NOON, terminal=terminal)


def test_lines_carry_the_name_on_the_terminal_and_the_time_in_the_file(tmp_path: Path) -> None:
    terminal = io.StringIO()
    log = make(tmp_path, terminal)
    log.write("web", "listens")
    log.write("sim-1", "100 % ready %s")
    log.close()
    assert terminal.getvalue() == "web      │ listens\nsim-1    │ 100 % ready %s\n"
    assert (tmp_path / "web.log").read_text() == "2026-11-22T12:00:00.000+00:00 listens\n"
    assert (tmp_path / "sim-1.log").read_text().endswith("100 % ready %s\n")


def test_files_rotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "MAX_BYTES", 200)
    log = make(tmp_path, io.StringIO())
    for number in range(40):
        log.write("web", f"line {number}")
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", *(f"web.log.{number}" for number in range(1, 6))]
    assert "line 39" in (tmp_path / "web.log").read_text()


def test_a_closed_terminal_does_not_stop_the_files(tmp_path: Path) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    log = make(tmp_path, Closed())
    log.write("web", "one")
    log.write("web", "two")
    log.close()
    assert len((tmp_path / "web.log").read_text().splitlines()) == 2
