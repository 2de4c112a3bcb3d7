"""A console in one file, and a console out of it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from backend.audit import repository as audit
from backend.db import Database
from backend.errors import ConfigError
from backend.migrate import upgrade
from backend.storage.objects import ObjectStore
from backend.supervisor.backup import Backup, make, note, restore
from backend.supervisor.postgres import Cluster
from tests.supervisor.servers import started

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = b"what happened"


@pytest.fixture
def place() -> Iterator[Path]:
    # Not tmp_path: its parents are closed to the user that Postgres runs as under root.
    place = Path(tempfile.mkdtemp(prefix="rlt-test-"))
    yield place
    shutil.rmtree(place)


@pytest_asyncio.fixture
async def console(place: Path) -> AsyncIterator[str]:
    """URL of a running database whose data folder holds one object."""
    cluster = Cluster(place / "data" / "postgres", os.environ)
    async with started(cluster):
        cluster.ensure_database()
        upgrade(cluster.url)
        ObjectStore(place / "data").put("episodes", WORDS)
        yield cluster.url


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def saved(place: Path, url: str) -> Backup:
    """A backup of a console whose audit tells of an earlier one."""
    database = Database(url, pool_size=1, name="test")
    earlier = Backup(place / "earlier.tar", 1_500_000, "0" * 64, 3, NOON)
    await note(database, earlier)
    await database.close()
    return await asyncio.to_thread(make, place / "all.tar", place / "data", url, NOON)


async def restored(source: Path, data: Path) -> Backup:
    return await asyncio.to_thread(restore, source, data, os.environ, NOON, print)


@pytest.mark.asyncio
async def test_rows_and_files_come_back(place: Path, console: str) -> None:
    made = await saved(place, console)
    again = await restored(made.path, place / "again")
    assert again == made
    sha256 = next(ObjectStore(place / "again").names("episodes"))
    assert ObjectStore(place / "again").get("episodes", sha256) == WORDS
    cluster = Cluster(place / "again" / "postgres", os.environ)
    async with started(cluster):
        upgrade(cluster.url)
        database = Database(cluster.url, pool_size=1, name="test")
        async with database.unit() as session:
            events = await audit.page(session, None, 10)
            of_one_kind = await audit.page(session, None, 10, "backup_made")
            checked, first_bad, _ = await audit.verify(session)
        await database.close()
    assert [event.action for event in events] == ["backup_restored", "backup_made"]
    assert [event.details["bytes"] for event in events] == [made.size, 1_500_000]
    assert of_one_kind == events[1:]
    assert (checked, first_bad) == (2, None)


@pytest.mark.asyncio
async def test_a_file_is_never_written_over(place: Path, console: str) -> None:
    await saved(place, console)
    before = (place / "all.tar").read_bytes()
    with pytest.raises(ConfigError, match="is there already"):
        make(place / "all.tar", place / "data", console, NOON)
    with pytest.raises(ConfigError, match="There is no folder"):
        make(place / "nowhere" / "all.tar", place / "data", console, NOON)
    assert (place / "all.tar").read_bytes() == before


@pytest.mark.asyncio
async def test_only_a_new_folder_is_filled(place: Path, console: str) -> None:
    made = await saved(place, console)
    with pytest.raises(ConfigError, match="is not empty"):
        await restored(made.path, place / "data")
    assert len(list(ObjectStore(place / "data").names("episodes"))) == 1


@pytest.mark.asyncio
async def test_a_damaged_backup_leaves_nothing_behind(place: Path, console: str) -> None:
    made = await saved(place, console)
    content = made.path.read_bytes()
    made.path.write_bytes(content.replace(WORDS, WORDS[::-1]))
    with pytest.raises(ConfigError, match="is damaged"):
        await restored(made.path, place / "again")
    made.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ConfigError, match="damaged"):
        await restored(made.path, place / "again")
    assert names(place) == ["all.tar", "data"]


def test_anything_else_is_no_backup(place: Path) -> None:
    (place / "letter.txt").write_text("Dear all")
    with pytest.raises(ConfigError, match="is not a backup"):
        restore(place / "letter.txt", place / "again", os.environ, NOON, print)
    with pytest.raises(ConfigError, match="is not a backup"):
        restore(place / "absent.tar", place / "again", os.environ, NOON, print)
    assert not (place / "again").exists()
