"""One process of the product: how it is started, watched, started again and stopped."""

import asyncio
import os
import signal
import subprocess
from asyncio.subprocess import STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from backend.kit.children import own_pipe, prepared
from backend.supervisor.backoff import Backoff

DRAIN_S = 1.0
"""How long the last lines of an ended process are waited for."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What to run and how it is to be treated."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    niceness: int = 0
    """Below 0 only works for privileged users; others run it at 0."""
    owner: tuple[int, int] | None = None
    """User and group id to run as; None is our own."""
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    """What the kernel sends it should the supervisor be killed."""
    patience_s: float = 5.0
    """After the stop signal, until it is killed."""


@dataclass
class Child:
    """A process that is started again, with back-off, until it is told to stop."""

    spec: Spec
    write: Callable[[str, str], None]
    """Takes (process name, line) for the one log."""
    before: Callable[[], Awaitable[None]] | None = None
    """Runs before each start."""
    last_line: str = ""
    pid: int | None = None
    exit_status: int | None = None
    starts: int = 0
    backoff: Backoff = field(default_factory=Backoff)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _process: Process | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Keep it running until `stop`."""
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            await self._run_once()
            if self._stopping.is_set():
                break
            delay = self.backoff.after(loop.time() - began)
            self.say(f"ended with {_ending(self.exit_status)}; starts again in {delay:.1f} s")
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._stopping.wait()
        self._ended.set()

    async def stop(self) -> None:
        """Ask it to end, wait, kill it when it does not; returns when nothing of it is left."""
        self._stopping.set()
        self._signal(self.spec.stop_signal)
        try:
            async with asyncio.timeout(self.spec.patience_s):
                await self._ended.wait()
        except TimeoutError:
            self.say(f"did not end within {self.spec.patience_s:g} s; killed")
            self.kill()
            await self._ended.wait()

    def kill(self) -> None:
        """End it at once, with everything it started."""
        self._stopping.set()
        self._signal(signal.SIGKILL)

    def say(self, line: str) -> None:
        """A line of the supervisor about this process."""
        self.write("rlt", f"{self.spec.name}: {line}")

    async def _run_once(self) -> None:
        if self.before is not None:
            await self.before()
        if self._stopping.is_set():
            return
        reader, writable = await own_pipe()
        try:
            process = await self._start(writable)
        except OSError as error:
            self.last_line, self.exit_status = f"cannot be started: {error}", 127
            self.say(self.last_line)
            return
        finally:
            os.close(writable)
        self._process, self.pid = process, process.pid
        self.starts += 1
        reading = asyncio.create_task(self._read(reader))
        if self._stopping.is_set():
            self._signal(self.spec.stop_signal)
        self.exit_status = await process.wait()
        self._process, self.pid = None, None
        # What it started lives in its process group and must not outlive it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.wait({reading}, timeout=DRAIN_S)
        reading.cancel()

    async def _start(self, output: int) -> Process:
        spec = self.spec
        user, group = spec.owner or (None, None)
        return await asyncio.create_subprocess_exec(
            *spec.command,
            env=dict(spec.environment),
            cwd=spec.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=None if spec.owner is None else [],
            preexec_fn=prepared(os.getpid(), spec.niceness, spec.orphan_signal),
        )

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                raw = await reader.readline()
            except ValueError:
                raw = b"(a line of more than 1 MiB was left out)\n"
            if not raw:
                return
            line = raw.decode(errors="replace").rstrip()
            self.last_line = line or self.last_line
            self.write(self.spec.name, line)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                os.kill(self._process.pid, number)


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"status {status}"
