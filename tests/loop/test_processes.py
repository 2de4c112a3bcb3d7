"""What a person at the terminal sees of the processes."""

import os
import signal
import subprocess
import sys

import pytest

from backend.studies.person import Operator
from backend.studies.stack import Stack, free_port

pytestmark = [pytest.mark.loop, pytest.mark.timeout(300)]


def rlt(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backend", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What it said, once it is clear that it said only that."""
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_the_same_folder_twice_says_where_the_first_is(stack: Stack) -> None:
    said = one_sentence(rlt("up", "--data", str(stack.data), "--port", str(free_port())))
    assert f"already runs at {stack.url}" in said


def test_a_taken_port_is_one_sentence(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    said = one_sentence(rlt("up", "--data", str(other), "--port", str(stack.port)))
    assert f"Port {stack.port} of 127.0.0.1 is taken" in said


@pytest.mark.parametrize("part", ["web", "rollout", "learner", "evaluator", "bridge", "postgres"])
def test_a_killed_process_comes_back(stack: Stack, operator: Operator, part: str) -> None:
    robot_id = operator.call("GET", "/robots")[0]["id"]
    killed = stack.pids()[part]
    os.kill(killed, signal.SIGKILL)
    operator.wait_robot(
        robot_id,
        lambda r: (
            stack.pids().get(part) not in (None, killed)
            and r["connected"]
            and r["telemetry"]["policy_connected"]
            and operator.call("GET", "/health")["status"] == "ok"
        ),
        seconds=60,
        what=f"The return of {part}",
    )
