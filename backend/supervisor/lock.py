"""One `rlt up` per data folder.

The kernel holds the lock (flock) and lets go of it when its process ends, however it ends; what is
written in the file only says who has it. So nothing is stale after a power cut.
"""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType

from backend.errors import ConfigError

NAME = "rlt.lock"


class DataLock:
    """Holds DIR/rlt.lock while this process looks after DIR."""

    def __init__(self, data: Path, address: str) -> None:
        """`address` is where the console of this folder will be found."""
        self._path = data / NAME
        self._address = address
        self._file: int | None = None

    def __enter__(self) -> "DataLock":
        """Take the lock; raises ConfigError when another `rlt up` has it."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            self._file = None
            raise ConfigError(_busy(self._path)) from None
        owner = json.dumps({"pid": os.getpid(), "address": self._address}).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, owner, 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go; the file stays, empty, since removing it would race with the next start."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def _busy(path: Path) -> str:
    try:
        owner = json.loads(path.read_bytes())
        who = f"at {owner['address']} (process {owner['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "and is just starting"
    return (
        f"The console of the data folder {path.parent} already runs {who}: "
        "use that one, stop it, or name another folder with --data."
    )
