"""Start, stop, start again, and a supervisor that is killed."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from backend.studies.stack import Stack

pytestmark = [pytest.mark.loop, pytest.mark.timeout(300)]


def ready_lines(stack: Stack) -> list[str]:
    text = (stack.data / "up.log").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("RLT Console: ")]


def family(stack: Stack) -> list[psutil.Process]:
    assert stack._process is not None
    found: list[psutil.Process] = psutil.Process(stack._process.pid).children(recursive=True)
    return found


def left_over(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still run; one that nobody has buried yet does not."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_stops_quickly_starts_again_with_its_data_and_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = Stack(data)
    with first:
        assert ready_lines(first) == [
            f"RLT Console: {first.url} – sign in as admin with the password of RLT_ADMIN_PASSWORD"
        ]
        with first.operator() as person:
            runs = [run["id"] for run in person.call("GET", "/runs")]
        children = family(first)
        began = time.monotonic()
        first.stop()
        assert time.monotonic() - began < 15
    assert left_over(children, 5) == []

    second = Stack(data)
    second.password = first.password
    with second:
        assert ready_lines(second) == [f"RLT Console: {second.url} – sign in with your account"]
        with second.operator() as person:
            assert [run["id"] for run in person.call("GET", "/runs")] == runs
        children = family(second)
        assert second._process is not None
        os.kill(second._process.pid, signal.SIGKILL)
        second._process.wait()
        assert left_over(children, 20) == []
