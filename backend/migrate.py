"""Brings the database to the revision that this code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine

from backend.db import driver_url
from backend.errors import ConfigError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config(MIGRATIONS / "alembic.ini")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Migrate to the newest revision; a database newer than the code is a ConfigError."""
    config = alembic_config(url)
    revision = current(url)
    if revision is not None:
        _refuse_unknown(ScriptDirectory.from_config(config), revision)
    command.upgrade(config, "head")


def current(url: str) -> str | None:
    """The revision the database is at; None for an empty one."""
    engine = create_engine(driver_url(url))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _refuse_unknown(scripts: ScriptDirectory, revision: str) -> None:
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        raise ConfigError(
            f"The database is at revision {revision}, which is newer than this program: "
            "update the program, or restore a backup made by this version."
        ) from error
