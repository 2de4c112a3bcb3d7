"""Files that appear whole or not at all."""

import os
import tempfile
from pathlib import Path

PARTIAL = ".partial-"
"""How the names of unfinished files begin; only a crash leaves any."""


def write_whole(target: Path, content: bytes) -> None:
    """Write beside, fsync, rename, fsync the folders; raises OSError and leaves nothing behind."""
    handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    for folder in (target.parent, target.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
