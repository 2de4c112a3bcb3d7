"""Real processes: watched, started again, stopped, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from backend.supervisor.backoff import Backoff
from backend.supervisor.child import Child, Spec

STUBBORN = "trap '' TERM; echo ready; while :; do sleep 60; done"
Lines = asyncio.Queue[tuple[str, str]]


def shell(script: str, **more: float) -> Spec:
    return Spec(
        name="thing",
        command=("/bin/sh", "-c", script),
        environment={"PATH": os.environ["PATH"]},
        patience_s=more.get("patience_s", 5.0),
    )


@asynccontextmanager
async def running(spec: Spec, *, wait_s: float = 0.0) -> AsyncIterator[tuple[Child, Lines]]:
    lines: Lines = asyncio.Queue()
    child = Child(spec, lambda name, line: lines.put_nowait((name, line)), backoff=Backoff(wait_s))
    task = asyncio.create_task(child.run())
    try:
        yield child, lines
    finally:
        child.kill()
        await task


@pytest.mark.asyncio
async def test_its_lines_come_with_its_name() -> None:
    async with running(shell("echo one; echo two >&2; sleep 60")) as (_, lines):
        assert await lines.get() == ("thing", "one")
        assert await lines.get() == ("thing", "two")


@pytest.mark.asyncio
async def test_is_started_again_and_says_why_it_ended() -> None:
    async with running(shell("echo up; exit 3")) as (child, lines):
        seen = [await lines.get() for _ in range(3)]
        assert seen[0] == ("thing", "up")
        assert seen[1][0] == "rlt"
        assert seen[1][1].startswith("thing: ended with status 3; starts again in")
        assert seen[2] == ("thing", "up")
        assert child.starts == 2


@pytest.mark.asyncio
async def test_a_killed_one_is_started_again() -> None:
    async with running(shell("echo $$; sleep 60")) as (_, lines):
        first = int((await lines.get())[1])
        os.kill(first, signal.SIGKILL)
        assert "signal SIGKILL" in (await lines.get())[1]
        assert int((await lines.get())[1]) != first


@pytest.mark.asyncio
async def test_stops_when_asked_and_stays_stopped() -> None:
    async with running(shell("echo ready; exec sleep 60")) as (child, lines):
        await lines.get()
        await child.stop()
        assert child.pid is None
        assert child.starts == 1
        assert child.exit_status == -signal.SIGTERM


@pytest.mark.asyncio
async def test_one_that_ignores_the_request_is_killed() -> None:
    async with running(shell(STUBBORN, patience_s=0.2)) as (child, lines):
        await lines.get()
        await child.stop()
        assert child.exit_status == -signal.SIGKILL


@pytest.mark.asyncio
async def test_stop_ends_the_wait_for_the_next_start() -> None:
    async with running(shell("exit 1"), wait_s=1000.0) as (child, lines):
        await lines.get()
        await child.stop()
        assert child.starts == 1


@pytest.mark.asyncio
async def test_what_it_started_does_not_outlive_it() -> None:
    async with running(shell("sleep 1000 & echo $!; wait")) as (child, lines):
        grandchild = psutil.Process(int((await lines.get())[1]))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        await lines.get()
        psutil.wait_procs([grandchild], timeout=10)
        assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


@pytest.mark.asyncio
async def test_a_missing_program_is_said_and_tried_again() -> None:
    spec = Spec(name="thing", command=("/nonexistent/program",), environment={})
    async with running(spec) as (child, lines):
        assert "cannot be started" in (await lines.get())[1]
        assert "starts again" in (await lines.get())[1]
        assert child.exit_status == 127


@pytest.mark.asyncio
async def test_a_very_long_line_is_left_out_without_harm() -> None:
    script = "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after; sleep 60"
    async with running(shell(script)) as (_, lines):
        line = ""
        while line != "after":
            _, line = await lines.get()
            assert len(line) < 1 << 20


SUPERVISOR = """
import asyncio, sys
from backend.supervisor.child import Child, Spec
spec = Spec(name="thing", command=("/bin/sh", "-c", "echo $$; exec sleep 1000"), environment={})
asyncio.run(Child(spec, lambda name, line: print(line, flush=True)).run())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_nothing_survives_a_killed_supervisor() -> None:
    command = [sys.executable, "-c", SUPERVISOR]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    supervisor.kill()
    supervisor.communicate()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.asyncio
async def test_its_priority_counts_against_other_sessions_too() -> None:
    script = "nice; cat /proc/self/autogroup 2>/dev/null || echo 'no autogroups here nice 7'"
    spec = Spec(
        name="thing",
        command=("/bin/sh", "-c", f"{script}; sleep 60"),
        environment={"PATH": os.environ["PATH"]},
        niceness=7,
    )
    async with running(spec) as (_, lines):
        assert int((await lines.get())[1]) == os.nice(0) + 7
        assert (await lines.get())[1].endswith("nice 7")
