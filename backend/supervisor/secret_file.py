"""DATA/secrets: the tokens of the processes that this product itself starts, one file each."""

import os
import secrets
from pathlib import Path

FOLDER = "secrets"


def tokens(data: Path, names: list[str]) -> dict[str, str]:
    """The token of each name, made and kept (for this user alone) when there is none yet."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return {name: _token(folder / name) for name in names}


def _token(path: Path) -> str:
    try:
        kept = path.read_text().strip()
    except FileNotFoundError:
        kept = ""
    return kept or _make(path)


def _make(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as stream:
        stream.write(token + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    return token
