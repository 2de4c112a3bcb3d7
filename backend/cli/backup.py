"""`rlt backup` and `rlt restore`: everything of a console in one file, and back."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from backend.cli import Commands

if TYPE_CHECKING:
    from backend.supervisor.backup import Backup


def register(commands: Commands) -> None:
    """Add both commands."""
    backup = commands.add_parser(
        "backup", help="write everything of a running console into one file"
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file, usually .tar")
    backup.add_argument("--data", type=Path, default=Path("data"), help="folder of all data")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="make a new data folder out of a backup")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `rlt backup` wrote")
    restore.add_argument("--data", type=Path, required=True, help="a new folder")
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace) -> int:
    from backend.config import Settings
    from backend.db import UNREACHABLE
    from backend.errors import ConfigError
    from backend.kit.clock import SystemClock
    from backend.supervisor.backup import make
    from backend.supervisor.postgres import console_url

    url = console_url(Settings().model_copy(update={"data": options.data}))
    try:
        made = make(options.file.absolute(), options.data, url, SystemClock().now())
        asyncio.run(_note(url, made))
    except UNREACHABLE as error:
        raise ConfigError(
            f"The database of {options.data} does not answer: start `rlt up` with it first."
        ) from error
    print(f"{options.file}: {_told(made)}")
    return 0


async def _note(url: str, made: "Backup") -> None:
    from backend.db import Database
    from backend.supervisor.backup import note

    database = Database(url, pool_size=1, name="backup")
    try:
        await note(database, made)
    finally:
        await database.close()


def _restore(options: argparse.Namespace) -> int:
    from backend.config import Settings
    from backend.errors import ConfigError
    from backend.kit.clock import SystemClock
    from backend.supervisor.backup import restore

    if Settings().database_url:
        raise ConfigError(
            "DATABASE_URL is set, and a backup is restored into a Postgres of the folder's own, "
            "which `rlt up` would not look at then: unset it first."
        )
    inherited = os.environ  # noqa: TID251 - Postgres inherits it
    now = SystemClock().now()
    made = restore(options.file, options.data.absolute(), inherited, now, say=print)
    print(f"{options.data}: as it was on {made.made_at:%Y-%m-%d %H:%M} UTC, {_told(made)}")
    print(f"`rlt up --data {options.data}` starts it; people sign in as before.")
    return 0


def _told(made: "Backup") -> str:
    return f"{made.size / 1e6:.1f} MB, {made.objects} files, SHA-256 {made.sha256}"
