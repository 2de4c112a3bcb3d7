"""Everything of a console in one file, and a console out of such a file.

The file is a tar: `about.json`, `database.dump` (pg_dump, custom format) and the `objects` folder.
Rows are dumped first: their files were on disk before them and never change, so that every row
finds its file. A file newer than the dump gets a row when the restored console starts, as after
any crash.
"""

import asyncio
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Database, libpq_url
from backend.errors import ConfigError
from backend.migrate import current
from backend.storage.files import PARTIAL
from backend.supervisor.child import Child
from backend.supervisor.postgres import Cluster, client_program, last_line
from backend.supervisor.seed import ACTOR

FORMAT = 1
ABOUT, DUMP, OBJECTS = "about.json", "database.dump", "objects"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a person is told about a file that was written or read."""

    path: Path
    size: int
    """Bytes."""
    sha256: str
    objects: int
    made_at: datetime


def make(target: Path, data: Path, database_url: str, now: datetime) -> Backup:
    """Write everything to `target`, whole or not at all, while the console goes on.

    Raises ConfigError when the file is there already, cannot be written, or the database cannot be
    read.
    """
    if target.exists():
        raise ConfigError(f"{target} is there already: choose another name.")
    if not target.parent.is_dir():
        raise ConfigError(f"There is no folder {target.parent}: make it first.")
    about = {"format": FORMAT, "made_at": now.isoformat(), "revision": current(database_url)}
    try:
        with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=target.parent) as folder:
            written = Path(folder) / target.name
            dump = Path(folder) / DUMP
            _dump(dump, database_url)
            objects = _pack(written, about, dump, data / OBJECTS)
            written.replace(target)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}.") from error
    return Backup(target, target.stat().st_size, _sha256(target), objects, now)


def _dump(target: Path, database_url: str) -> None:
    url = libpq_url(database_url)
    _require(
        [client_program("pg_dump"), "--format=custom", f"--file={target}", f"--dbname={url}"],
        "The database cannot be read",
    )


def _pack(target: Path, about: Mapping[str, Any], dump: Path, objects: Path) -> int:
    """Write the tar; returns how many objects are in it."""
    label = dump.parent / ABOUT
    label.write_text(json.dumps(about))
    files = sorted(path for path in objects.glob("*/??/*") if not path.name.startswith(PARTIAL))
    with tarfile.open(target, "w") as tar:
        tar.add(label, ABOUT)
        tar.add(dump, DUMP)
        for path in files:
            tar.add(path, str(PurePosixPath(OBJECTS, path.relative_to(objects).as_posix())))
    return len(files)


async def note(
    database: Database, made: Backup, action: str = "backup_made", at: datetime | None = None
) -> None:
    """Write into the audit that a backup was made, so that people see how old the newest is.

    Or that a console was made out of one, and when that was.
    """
    details = {"file": made.path.name, "bytes": made.size, "sha256": made.sha256}
    async with database.unit() as session:
        entry = Entry(actor=ACTOR, action=action, at=at or made.made_at, details=details)
        await audit.append(session, entry)


def restore(
    source: Path,
    data: Path,
    environment: Mapping[str, str],
    now: datetime,
    say: Callable[[str], None],
) -> Backup:
    """Make the data folder `data` out of `source`, whole or not at all.

    Raises ConfigError when `source` is no backup or is damaged, or `data` holds anything already.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise ConfigError(f"{data} is not empty: a backup is restored into a new folder.")
    partial = data.with_name(f"{PARTIAL}{data.name}")
    if partial.exists():
        raise ConfigError(f"{partial} is left of a restore that was broken off: remove it first.")
    try:
        partial.mkdir(parents=True)
        about, objects = _unpack(source, partial)
        say(f"{objects} files are as they were; now the rows")
        made_at = datetime.fromisoformat(about["made_at"])
        made = Backup(source, source.stat().st_size, _sha256(source), objects, made_at)
        asyncio.run(_fill(partial, environment, made, now))
        if data.exists():
            data.rmdir()
        partial.rename(data)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return made


def _unpack(source: Path, folder: Path) -> tuple[dict[str, Any], int]:
    """Take everything out, and check each object against the hash that is its name."""
    try:
        with tarfile.open(source) as tar:
            label = tar.extractfile(ABOUT)
            about: dict[str, Any] = json.load(label) if label is not None else {}
            if about["format"] != FORMAT:
                raise ConfigError(f"{source} is of format {about['format']}: update the program.")
            tar.extractall(folder, filter="data")
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise ConfigError(
            f"{source} is not a backup of this console, or damaged: {error}"
        ) from error
    (folder / ABOUT).unlink()
    objects = list((folder / OBJECTS).glob("*/??/*"))
    for path in objects:
        if _sha256(path) != path.stem:
            raise ConfigError(f"{source} is damaged: {path.name} is not what it was.")
    return about, len(objects)


async def _fill(folder: Path, environment: Mapping[str, str], made: Backup, now: datetime) -> None:
    """A new database server of this folder takes the rows in, and is stopped again."""
    cluster = Cluster(folder / "postgres", environment)
    await asyncio.to_thread(cluster.prepare)
    server = Child(cluster.spec(), lambda _name, _line: None, before=cluster.clear_leftovers)
    running = asyncio.create_task(server.run())
    try:
        await cluster.wait_ready()
        await asyncio.to_thread(cluster.ensure_database)
        command = [client_program("pg_restore"), "--no-owner", "--no-privileges"]
        command += ["--exit-on-error", "--single-transaction", f"--dbname={cluster.url}"]
        dump = folder / DUMP
        await asyncio.to_thread(_require, [*command, str(dump)], "The rows cannot be restored")
        dump.unlink()
        database = Database(cluster.url, pool_size=1, name="restore")
        try:
            await note(database, made, "backup_restored", now)
        finally:
            await database.close()
        await asyncio.to_thread(cluster.flush)
    finally:
        await server.stop()
        await running


def _require(command: list[str], failure: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ConfigError(f"{failure}: {last_line(done.stderr)}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()
