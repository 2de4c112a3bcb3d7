"""The unprivileged user that Postgres runs as when the product is started by root."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from backend.errors import ConfigError

NAME = "rlt-postgres"
Owner = tuple[int, int]
"""User id and group id."""

_ALREADY_THERE = 9
_ADMIN_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


def owner() -> Owner | None:
    """Whom the server runs as: its own user, made when missing, or None for ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _add()
        entry = pwd.getpwnam(NAME)
    return entry.pw_uid, entry.pw_gid


def open_way(*folders: Path) -> list[Path]:
    """Let other users pass through the folders that lead to these; returns the ones changed.

    Passing is not listing: a folder of 0700 becomes 0701.
    """
    changed = []
    for path in dict.fromkeys(part for folder in folders for part in (folder, *folder.parents)):
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXOTH)
            changed.append(path)
    return changed


def private_folder(folder: Path, whose: Owner | None) -> None:
    """A folder that only the server's user may enter; one that a stranger made is refused."""
    user, group = whose or (os.geteuid(), os.getegid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user, os.geteuid()):
        raise ConfigError(f"{folder} belongs to another user: remove it, then start again.")
    if found.st_uid != user:
        os.chown(folder, user, group)
    folder.chmod(0o700)


def _add() -> None:
    useradd = shutil.which("useradd", path=_ADMIN_PATH)
    if useradd is None:
        raise ConfigError(
            "Postgres does not run as root, and `useradd` is missing here to make a user for it: "
            "start `rlt up` as an ordinary user, or set DATABASE_URL."
        )
    shell = shutil.which("nologin", path=_ADMIN_PATH) or "/bin/false"
    command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", shell, NAME]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, _ALREADY_THERE):
        raise ConfigError(
            f"The system user {NAME} cannot be made ({done.stderr.strip()}): "
            "start `rlt up` as an ordinary user, or set DATABASE_URL."
        )
