"""`rlt prepare`: the database and tokens of processes that something else starts."""

import argparse
import asyncio

from backend.cli import Commands
from backend.cli.up import add_robots_and_task


def register(commands: Commands) -> None:
    """Add `rlt prepare`."""
    parser = commands.add_parser(
        "prepare", help="migrate the database of DATABASE_URL and add what is missing there"
    )
    add_robots_and_task(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.config import Settings
    from backend.supervisor.prepare import prepare, require_reachable
    from backend.supervisor.seed import Wanted

    settings = Settings()
    require_reachable(settings.database_url)
    wanted = Wanted(
        robots=options.robots, tasks=options.task, admin_password=settings.admin_password
    )
    done = asyncio.run(prepare(settings.database_url, settings.data, wanted))
    print(f"RLT Console: the database is ready; {done.sign_in.words}")
    return 0
