"""Brings database and tokens to where the processes can start."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import psycopg

from backend.accounts.passwords import Passwords
from backend.db import Database, libpq_url
from backend.errors import ConfigError
from backend.kit.clock import SystemClock
from backend.migrate import upgrade
from backend.supervisor import plan, secret_file
from backend.supervisor.seed import SignIn, Wanted, seed

ANSWER_S = 10


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What the processes and the person at the terminal are told."""

    tokens: dict[str, str]
    tasks: dict[str, str]
    """What each simulated robot does, by its name."""
    sign_in: SignIn


async def prepare(database_url: str, data: Path, wanted: Wanted) -> Prepared:
    """Migrate, make the tokens, add what is missing."""
    await asyncio.to_thread(upgrade, database_url)
    tokens = secret_file.tokens(data, [*plan.robot_names(wanted.robots), plan.AUTOPILOT])
    database = Database(database_url, pool_size=1, name="setup")
    try:
        planted = await seed(database, wanted, tokens, clock=SystemClock(), passwords=Passwords())
    finally:
        await database.close()
    return Prepared(tokens=tokens, tasks=planted.tasks, sign_in=planted.sign_in)


def require_reachable(database_url: str) -> None:
    """Raise ConfigError when the Postgres of this address does not answer."""
    try:
        psycopg.connect(libpq_url(database_url), connect_timeout=ANSWER_S).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(
            f"The Postgres of DATABASE_URL does not answer ({reason}): start it or correct the "
            "address; without DATABASE_URL `rlt up` brings its own."
        ) from error
