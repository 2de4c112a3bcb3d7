"""Runs migrations over one psycopg connection, one upgrade at a time, without waiting on locks."""

from alembic import context
from sqlalchemy import create_engine, text

from backend.config import settings
from backend.db import driver_url
from backend.models import Base

ONE_AT_A_TIME = 7_215_001
"""Advisory lock: two processes that start together migrate one after the other."""


def run() -> None:
    url = context.config.attributes.get("url") or settings().database_url
    engine = create_engine(driver_url(url))
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"select pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        context.configure(
            connection=connection, target_metadata=Base.metadata, transaction_per_migration=False
        )
        context.run_migrations()
    engine.dispose()


run()
