"""Migrations go up, down and up again, and match the models."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command

from backend.errors import ConfigError
from backend.migrate import alembic_config, current, upgrade
from tests.fixtures.database import in_database


@pytest.fixture
def empty_url(postgres_url: str, worker_id: str) -> Iterator[str]:
    name = f"migrate_{worker_id}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield in_database(postgres_url, name)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def test_up_down_up(empty_url: str) -> None:
    upgrade(empty_url)
    newest = current(empty_url)
    command.downgrade(alembic_config(empty_url), "base")
    assert current(empty_url) is None
    upgrade(empty_url)
    assert current(empty_url) == newest


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_a_newer_database_is_refused_in_one_sentence(empty_url: str) -> None:
    upgrade(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(ConfigError, match="newer than this program: update the program"):
        upgrade(empty_url)


@pytest.mark.parametrize("table", ["labels", "audit_events"])
@pytest.mark.parametrize("change", ["delete from {}", "truncate {}", "update {} set id = id"])
def test_append_only_tables_refuse_changes(database_url: str, table: str, change: str) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.RestrictViolation, match="append-only"),
    ):
        connection.execute(change.format(f"{table}" + (" cascade" if "trunc" in change else "")))
