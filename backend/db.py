"""One engine per process, one transaction per unit of work, committed at the edge."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from backend.errors import ConfigError

CHANNEL = "rlt"
"""The one NOTIFY channel; a payload is {"kind": …, "id": …} and only ever a wake-up."""


def driver_url(url: str) -> URL:
    """The URL with the psycopg 3 driver named; raises ConfigError for anything but Postgres."""
    if not url:
        raise ConfigError("DATABASE_URL is empty: start with `rlt up`, or set it to your Postgres.")
    parsed = make_url(url)
    if not parsed.drivername.startswith("postgres"):
        raise ConfigError(f"DATABASE_URL must be a postgresql:// address, not {parsed.drivername}.")
    return parsed.set(drivername="postgresql+psycopg")


class Database:
    """The engine and its sessions."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Nothing is connected until the first use."""
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url), pool_size=pool_size, pool_pre_ping=True, pool_timeout=5
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits when the block ends well, rolls back when it does not."""
        async with self._sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def notify(session: AsyncSession, kind: str, subject: object) -> None:
    """Wake the followers when this transaction commits."""
    payload = json.dumps({"kind": kind, "id": str(subject)})
    await session.execute(
        text("select pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload}
    )
