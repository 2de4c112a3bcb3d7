"""`rlt password`: a new password for somebody who has lost theirs."""

import argparse
import asyncio
from pathlib import Path

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt password`."""
    parser = commands.add_parser("password", help="give an account a new password, printed once")
    parser.add_argument("name", nargs="?", default="admin", help="the account; default: admin")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of all data")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    password = asyncio.run(_reset(options.name, options.data))
    print(f"The new password of {options.name} is {password} (shown this once).")
    return 0


async def _reset(name: str, data: Path) -> str:
    from backend.accounts.passwords import Passwords
    from backend.config import Settings
    from backend.db import UNREACHABLE, Database
    from backend.errors import ConfigError
    from backend.kit.clock import SystemClock
    from backend.supervisor.password import reset_password
    from backend.supervisor.postgres import console_url

    url = console_url(Settings().model_copy(update={"data": data}))
    database = Database(url, pool_size=1, name="password")
    try:
        return await reset_password(database, name, clock=SystemClock(), passwords=Passwords())
    except UNREACHABLE as error:
        raise ConfigError(
            f"The database of {data} does not answer: start `rlt up` with this folder first."
        ) from error
    finally:
        await database.close()
