"""`rlt evaluate` as a process group of its own, nicer than everything that a robot waits for."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from backend.evaluator.job import JsonObject, standing_of
from backend.kit.children import LONGEST_LINE, own_pipe, prepared

NICENESS = 15
"""Below the robots' loop, rollout, web and the learner."""
PATIENCE_S = 1.0
"""After SIGTERM, until the group is killed; the supervisor waits longer than this for us."""
DRAIN_S = 0.5
"""How long the last words of an ended command are waited for: its robots may hold the pipe."""
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "backend")


class Play:
    """One run of the command."""

    def __init__(
        self, process: Process, errors: asyncio.StreamReader, heard: Callable[[], None]
    ) -> None:
        """`heard` is called when there is news: a line of progress, or the end."""
        self.standing: JsonObject = {}
        """What it said last of how far it is."""
        self.last_line = ""
        """The last that it said on standard error."""
        self._process = process
        self._errors = errors
        self._heard = heard
        self._readers = {asyncio.create_task(self._follow()), asyncio.create_task(self._pass_on())}
        self._ended = asyncio.create_task(self._wait())

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def end(self) -> None:
        """Ask the whole group to end, and kill what is left of it."""
        self._signal(signal.SIGTERM)
        await asyncio.wait({self._ended}, timeout=PATIENCE_S)
        self._signal(signal.SIGKILL)
        await self._ended

    async def _wait(self) -> int:
        status = await self._process.wait()
        _, late = await asyncio.wait(self._readers, timeout=DRAIN_S)
        for reader in late:
            reader.cancel()
        self._heard()
        return status

    async def _follow(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.standing = standing_of(line.decode(errors="replace")) or self.standing
            self._heard()

    async def _pass_on(self) -> None:
        async for line in self._errors:
            text = line.decode(errors="replace").rstrip()
            self.last_line = text or self.last_line
            sys.stderr.write(f"{text}\n")

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


@asynccontextmanager
async def playing(
    program: Sequence[str], words: Sequence[str], heard: Callable[[], None]
) -> AsyncIterator[Play]:
    """Start it; nothing of it is left afterwards."""
    errors, writable = await own_pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *program,
            *words,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=writable,
            limit=LONGEST_LINE,
            start_new_session=True,
            preexec_fn=prepared(os.getpid(), NICENESS, signal.SIGKILL),
        )
    finally:
        os.close(writable)
    play = Play(process, errors, heard)
    try:
        yield play
    finally:
        await play.end()
