"""The embedded Postgres: made, started, killed, started again, stopped."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backend.errors import ConfigError
from backend.supervisor.postgres import Cluster
from tests.supervisor.servers import started


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: its parents are closed to the user that Postgres runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="rlt-test-"))
    yield folder / "postgres"
    shutil.rmtree(folder)


def query(url: str, words: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(words.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.asyncio
async def test_committed_rows_survive_a_kill_and_a_clean_stop(folder: Path) -> None:
    cluster = Cluster(folder, os.environ)
    async with started(cluster) as (child, notices):
        cluster.ensure_database()
        query(cluster.url, "create table kept (n int)")
        query(cluster.url, "insert into kept values (1)")
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        assert "signal SIGKILL" in await notices.get()
        await cluster.wait_ready()
        assert query(cluster.url, "select n from kept") == [(1,)]
    assert child.exit_status == 0
    assert not (folder / "postmaster.pid").exists()

    again = Cluster(folder, os.environ)
    async with started(again):
        again.ensure_database()
        assert query(again.url, "select n from kept") == [(1,)]


@pytest.mark.asyncio
async def test_a_pid_file_of_an_earlier_boot_is_dropped(folder: Path) -> None:
    cluster = Cluster(folder, os.environ)
    cluster.prepare()
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")
    async with started(cluster) as (child, _):
        assert child.starts == 1


def orphan(cluster: Cluster) -> subprocess.Popen[bytes]:
    """A server that no supervisor looks after."""
    spec = cluster.spec()
    user, group = spec.owner or (None, None)
    return subprocess.Popen(
        spec.command,
        env=spec.environment,
        cwd=spec.folder,
        user=user,
        group=group,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.asyncio
async def test_a_server_that_outlived_its_supervisor_is_ended(folder: Path) -> None:
    cluster = Cluster(folder, os.environ)
    cluster.prepare()
    server = orphan(cluster)
    try:
        await cluster.wait_ready()
        await Cluster(folder, os.environ).clear_leftovers()
        assert server.poll() is not None
        assert not (folder / "postmaster.pid").exists()
    finally:
        server.kill()
        server.wait()


def test_a_folder_of_another_version_is_refused(folder: Path) -> None:
    cluster = Cluster(folder, os.environ)
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(
        ConfigError, match="made by Postgres 16 and this program brings Postgres 18"
    ):
        cluster.prepare()


def test_an_interrupted_making_is_made_again(folder: Path) -> None:
    folder.mkdir()
    (folder / "half").touch()
    Cluster(folder, os.environ).prepare()
    assert (folder / "PG_VERSION").read_text() == "18\n"
    assert not (folder / "half").exists()


def test_a_long_path_gets_a_short_socket_folder(folder: Path) -> None:
    deep = folder.joinpath(*["d" * 40] * 4, "postgres")
    cluster = Cluster(deep, os.environ)
    socket = Path(cluster.url.split("host=")[1]) / ".s.PGSQL.5432"
    assert len(str(socket)) <= 100
    assert cluster.url == Cluster(deep, os.environ).url


def test_initdb_that_fails_leaves_no_half_cluster(folder: Path) -> None:
    cluster = Cluster(folder, dict(os.environ) | {"TZ": "UTC"})
    cluster._environment["LC_ALL"] = "C"
    cluster._programs = folder.parent / "bin"
    cluster._programs.mkdir()
    fake = cluster._programs / "initdb"
    fake.write_text("#!/bin/sh\necho no space left on device >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(ConfigError, match=r"cannot be set up in .*: no space left on device"):
        cluster.prepare()
    assert not folder.exists()
