"""DATA/secrets.json: the tokens of the processes that `rlt up` itself starts."""

import json
import os
import secrets
from pathlib import Path

from backend.errors import ConfigError

NAME = "secrets.json"


def tokens(data: Path, names: list[str]) -> dict[str, str]:
    """The token of each name, made and kept (for this user alone) when there is none yet."""
    path = data / NAME
    known = _read(path)
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        _write(path, known)
    return {name: known[name] for name in names}


def _read(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        known = None
    if not isinstance(known, dict) or not all(isinstance(token, str) for token in known.values()):
        raise ConfigError(f"{path} is damaged: remove it, and new tokens are made.")
    return known


def _write(path: Path, known: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as stream:
        json.dump(known, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
