"""One engine per process, one transaction per unit of work, committed at the edge."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
import psycopg.sql
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from backend.errors import ConfigError

Session = AsyncSession
"""What a unit of work hands to repositories; rooms name it from here."""

CHANNEL = "rlt"
"""The one NOTIFY channel; a payload is {"kind": …, "id": …} and only ever a wake-up."""

UNREACHABLE: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeoutError)
"""What is raised when Postgres is down, restarting, or out of connections."""

PROCESS_PREFIX = "rlt-"
CONNECT_SECONDS = 3
"""A lost database is reported to a person within this time."""


def driver_url(url: str) -> URL:
    """The URL with the psycopg 3 driver named; raises ConfigError for anything but Postgres."""
    if not url:
        raise ConfigError("DATABASE_URL is empty: start with `rlt up`, or set it to your Postgres.")
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("DATABASE_URL is not an address; write postgresql://…") from error
    if not parsed.drivername.startswith("postgres"):
        raise ConfigError(f"DATABASE_URL must be a postgresql:// address, not {parsed.drivername}.")
    return parsed.set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """The same address for psycopg itself, without SQLAlchemy's driver name."""
    return driver_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Database:
    """The engine and its sessions."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "other") -> None:
        """Nothing is connected until the first use. `name` is the process, as others see it."""
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            pool_pre_ping=True,
            pool_timeout=5,
            # The connection used last knows its statements and its catalogue by heart.
            pool_use_lifo=True,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": f"{PROCESS_PREFIX}{name}",
            },
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Session]:
        """One transaction: commits when the block ends well, rolls back when it does not."""
        async with self._sessions() as session, session.begin():
            yield session

    async def processes(self) -> set[str]:
        """Names of the processes that hold a connection to this database now."""
        query = text(
            "select distinct application_name from pg_stat_activity "
            "where datname = current_database() and starts_with(application_name, :prefix)"
        )
        async with self.unit() as session:
            names = (await session.scalars(query, {"prefix": PROCESS_PREFIX})).all()
        return {name.removeprefix(PROCESS_PREFIX) for name in names}

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def notify(session: Session, kind: str, subject: object) -> None:
    """Wake the followers when this transaction commits."""
    payload = json.dumps({"kind": kind, "id": str(subject)})
    await session.execute(
        text("select pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload}
    )


@dataclass(frozen=True)
class Wakeup:
    """One NOTIFY: what kind of thing changed, and which."""

    kind: str
    id: str


async def wakeups(url: str) -> AsyncIterator[Wakeup]:
    """Every NOTIFY from now on; raises psycopg.OperationalError when the connection is lost.

    Followers poll as well, so a lost wake-up costs them a second and nothing else.
    """
    connection = await psycopg.AsyncConnection.connect(
        libpq_url(url), autocommit=True, connect_timeout=CONNECT_SECONDS
    )
    async with connection:
        channel = psycopg.sql.Identifier(CHANNEL)
        await connection.execute(psycopg.sql.SQL("listen {}").format(channel))
        async for notification in connection.notifies():
            payload = json.loads(notification.payload)
            yield Wakeup(payload["kind"], payload["id"])


async def follow(url: str, heard: Callable[[Wakeup], None]) -> None:
    """Call `heard` for every NOTIFY, connecting again whenever the connection is lost."""
    while True:
        try:
            async for wakeup in wakeups(url):
                heard(wakeup)
        except (psycopg.OperationalError, OSError):
            # Nothing announces that Postgres is back.
            await asyncio.sleep(1.0)
