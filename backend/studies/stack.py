"""The whole product under test: `rlt up` in a folder of its own, with its processes by name."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from backend.errors import Unavailable
from backend.studies.person import Operator

PARTS = ("web", "rollout", "learner", "bridge", "postgres")
"""Those that an attempt needs: what chaos strikes."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def part_of(command: list[str]) -> str | None:
    """Which part of the product a command line is, or None."""
    words = " ".join(command)
    for part in ("web", "rollout", "learner", "evaluator", "autopilot"):
        if f"backend {part}" in words:
            return part
    if "robot_bridge" in words:
        return "bridge"
    if command and Path(command[0]).name == "postgres":
        return "postgres"
    return None


class Stack:
    """Starts `rlt up`, knows its children, stops it cleanly."""

    def __init__(self, data: Path, *arguments: str) -> None:
        """`data` is created; `arguments` are added to `rlt up`."""
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = secrets.token_urlsafe(12)
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start and wait until the console is healthy and a robot is connected."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "backend", "up", "--data", str(self.data)]
        command += ["--port", str(self.port), *self._arguments]
        environment = os.environ | {"RLT_ADMIN_PASSWORD": self.password}
        environment.pop("DATABASE_URL", None)
        with (self.data / "up.log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait_ready(120.0)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop as Ctrl-C does."""
        self.stop()

    def stop(self) -> None:
        """Ctrl-C, and wait; kills the tree only if that is not obeyed within 20 s."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(self._process.pid).children(recursive=True):
                child.kill()
            self._process.kill()

    def _wait_ready(self, seconds: float) -> None:
        with Operator(self.url) as probe:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if self._process is None or self._process.poll() is not None:
                    raise Unavailable(f"`rlt up` ended by itself; see {self.data / 'up.log'}.")
                if self._ready(probe):
                    return
                time.sleep(0.1)  # waiting for another process to listen
        raise Unavailable(f"`rlt up` was not ready in {seconds:g} s; see {self.data / 'up.log'}.")

    def _ready(self, probe: Operator) -> bool:
        try:
            if probe.call("GET", "/health")["status"] != "ok":
                return False
            if not probe.http.cookies:  # once: tries to sign in are counted
                probe.sign_in("admin", self.password)
            robots = probe.call("GET", "/robots")
        except (Unavailable, KeyError):
            return False
        return any(r["telemetry"] and r["telemetry"]["policy_connected"] for r in robots)

    def operator(self) -> Operator:
        """A signed-in administrator."""
        person = Operator(self.url)
        person.sign_in("admin", self.password)
        return person

    def safety_log(self, robot: str) -> Path:
        """Where the bridge of this robot writes down its stops."""
        return self.data / "bridge" / robot / "safety.log"

    def pids(self) -> dict[str, int]:
        """Process ids by part, one for each; only direct children: Postgres is its postmaster."""
        return {part: process.pid for part, process in self._children()}

    def processes(self, part: str) -> list[psutil.Process]:
        """All direct children of one part, for instance every bridge."""
        return [process for name, process in self._children() if name == part]

    def _children(self) -> list[tuple[str, psutil.Process]]:
        if self._process is None:
            return []
        found = []
        for child in psutil.Process(self._process.pid).children():
            try:
                part = part_of(child.cmdline())
            except psutil.Error:
                continue
            if part:
                found.append((part, child))
        return found
