"""One log: every line of every process, on the terminal and in DIR/logs."""

import sys
from collections.abc import Callable
from datetime import datetime
from logging import LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

MAX_BYTES = 10 * 1024 * 1024
KEPT_FILES = 5
NAME_WIDTH = 9


class ProcessLog:
    """Writes lines as `name │ line` to the terminal and to NAME.log, which rotates at 10 MB."""

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime], terminal: TextIO = sys.stdout
    ) -> None:
        """`folder` is created; `now` stamps the lines of the files."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._now = now
        self._terminal: TextIO | None = terminal
        self._files: dict[str, RotatingFileHandler] = {}

    def write(self, name: str, line: str) -> None:
        """Add one line of the process `name`."""
        self._file(name).handle(_record(f"{self._now().isoformat(timespec='milliseconds')} {line}"))
        self._print(f"{name:<{NAME_WIDTH}}│ {line}")

    def close(self) -> None:
        """Close the files."""
        for handler in self._files.values():
            handler.close()

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            self._files[name] = RotatingFileHandler(
                self._folder / f"{name}.log",
                maxBytes=MAX_BYTES,
                backupCount=KEPT_FILES,
                encoding="utf-8",
            )
        return self._files[name]

    def _print(self, line: str) -> None:
        if self._terminal is None:
            return
        try:
            print(line, file=self._terminal, flush=True)
        except (BrokenPipeError, OSError):
            self._terminal = None  # the terminal was closed: the files go on


def _record(line: str) -> LogRecord:
    return makeLogRecord({"msg": line})
