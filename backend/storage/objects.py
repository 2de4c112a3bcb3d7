"""Files addressed by the SHA-256 of what is in them.

A file appears under its name whole or not at all, and is on disk before anybody hears of it:
written beside its place, fsynced, renamed, and the folder fsynced. Reading checks the hash again,
so a torn or swapped file is an error and never data.
"""

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from backend.errors import ConfigError, NotFound, Unavailable
from backend.storage.files import PARTIAL, write_whole

Kind = Literal["episodes", "checkpoints", "suggestions"]

_SUFFIX = ".safetensors"
_HEX = frozenset("0123456789abcdef")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class ObjectMissing(NotFound):
    """A row points to a file that is not there."""

    title = "File missing"


class ObjectDamaged(ConfigError):
    """The file's bytes are not the ones it was named for."""

    title = "File damaged"


class DiskFull(Unavailable):
    """The data folder has no room left; nothing was written."""

    title = "Disk full"


class ObjectStore:
    """The `objects` folder of one data folder. Safe to use from several threads and processes."""

    def __init__(self, data: Path) -> None:
        """`data` is the data folder; nothing is created before the first `put`."""
        self._root = data / "objects"

    def path(self, kind: Kind, sha256: str) -> Path:
        """Where the file lies, or would lie."""
        if len(sha256) != 64 or not _HEX.issuperset(sha256):
            raise ObjectMissing(f"{sha256[:80]!r} is not a SHA-256 in lower-case hex.")
        return self._root / kind / sha256[:2] / f"{sha256}{_SUFFIX}"

    def put(self, kind: Kind, content: bytes) -> str:
        """Store durably and return the name; the same content twice is one file."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(kind, sha256)
        if self._holds(target, sha256):
            return sha256
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFull(
                    f"The disk of {self._root} is full: free some space, and it goes on by itself."
                ) from error
            raise
        return sha256

    def get(self, kind: Kind, sha256: str) -> bytes:
        """The content, checked against its name."""
        path = self.path(kind, sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise ObjectMissing(f"The file {path} is missing: restore it from a backup.") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ObjectDamaged(f"The file {path} is damaged: restore it from a backup.")
        return content

    def names(self, kind: Kind) -> Iterator[str]:
        """The SHA-256 of every file of a kind, in order."""
        for path in sorted((self._root / kind).glob(f"??/*{_SUFFIX}")):
            yield path.stem

    def has(self, kind: Kind, sha256: str) -> bool:
        """Whether a file of that name is there (its content is not checked)."""
        return self.path(kind, sha256).exists()

    def drop(self, kind: Kind, sha256: str) -> None:
        """Remove a file that no row points to any more; it may be gone already."""
        self.path(kind, sha256).unlink(missing_ok=True)

    def sweep(self, kind: Kind) -> int:
        """Remove what interrupted writes left; return how many. Only for a kind's one writer."""
        partial = list((self._root / kind).glob(f"??/{PARTIAL}*"))
        for path in partial:
            path.unlink(missing_ok=True)
        return len(partial)

    @staticmethod
    def _holds(path: Path, sha256: str) -> bool:
        """A damaged file is no reason not to write the good one over it."""
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
