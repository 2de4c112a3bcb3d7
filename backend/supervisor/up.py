"""`rlt up`: starts the processes in order, says where the console is, stops them in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from backend.config import Settings
from backend.errors import ConfigError
from backend.supervisor import health, plan, ports
from backend.supervisor.child import Child, Spec
from backend.supervisor.lock import DataLock
from backend.supervisor.log import ProcessLog
from backend.supervisor.options import UpOptions
from backend.supervisor.postgres import Cluster
from backend.supervisor.prepare import prepare, require_reachable
from backend.supervisor.seed import SignIn, Wanted

UNUSABLE = 2
"""Exit status of a process that says that it cannot work as it was started."""


def run(options: UpOptions, settings: Settings, environment: Mapping[str, str]) -> int:
    """Look after everything until Ctrl-C or SIGTERM; returns the exit status."""
    _make_folder(options)
    given = settings.model_fields_set
    settings = settings.model_copy(
        update={
            "data": options.data.resolve(),
            "host": options.host,
            "port": options.port or ports.first_free(options.host, 0),
            # Robots come from wherever browsers may, unless the environment says otherwise.
            "policy_host": settings.policy_host if "policy_host" in given else options.host,
        }
    )
    with DataLock(settings.data, settings.base_url):
        settings = _with_ports(options, settings)
        log = ProcessLog(settings.data / "logs", now=lambda: datetime.now(UTC))
        try:
            return asyncio.run(Supervisor(options, settings, environment, log.write).run())
        finally:
            log.close()


class Supervisor:
    """The processes of one data folder."""

    def __init__(
        self,
        options: UpOptions,
        settings: Settings,
        environment: Mapping[str, str],
        write: Callable[[str, str], None],
    ) -> None:
        """`write` takes (process name, line)."""
        self._options = options
        self._settings = settings
        self._environment = environment
        self._write = write
        self._stop = asyncio.Event()
        self._stages: dict[str, list[Child]] = {"robots": [], "backend": [], "database": []}
        """In the order of stopping: robots hold before anything that they talk to goes away."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._sign_in: SignIn | None = None
        """How to sign in, until it has been said."""

    async def run(self) -> int:
        """Start, wait for the end, stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._interrupt)
        starting = asyncio.create_task(self._start())
        stopped = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
            await asyncio.wait({stopped, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in self._tasks:
                if task.done():
                    task.result()
        finally:
            starting.cancel()
            stopped.cancel()
            await asyncio.wait({starting})
            if self._sign_in is not None and self._sign_in.secret:
                self._announce()
            await self._stop_everything()
        return 0

    async def _start(self) -> None:
        cluster = await self._start_database()
        settings, options = self._settings, self._options
        wanted = Wanted(
            robots=options.robots, tasks=options.tasks, admin_password=settings.admin_password
        )
        if not ports.is_loopback(settings.host) and settings.tls_certificate is None:
            self._write("rlt", f"{settings.host} is served without TLS: keep that network private")
        prepared = await prepare(settings.database_url, settings.data, wanted)
        self._sign_in = prepared.sign_in
        if cluster is not None:
            await asyncio.to_thread(cluster.flush)
        for spec in plan.backend_specs(settings, options, self._environment, prepared.tokens):
            self._launch("robots" if spec.name == plan.AUTOPILOT else "backend", spec)
        for spec in plan.bridge_specs(settings, options, self._environment, prepared):
            self._launch("robots", spec)
        async with health.client(self._settings.base_url) as console:
            missing = await health.wait_healthy(console, self._require_usable)
        if missing:
            self._write("rlt", f"not ready yet: {missing}; see {self._settings.data / 'logs'}")
        self._announce()

    async def _start_database(self) -> Cluster | None:
        """Start the embedded server and return it, or check that the given one answers."""
        url = self._settings.database_url
        if url:
            await asyncio.to_thread(require_reachable, url)
            return None
        cluster = Cluster(self._settings.data / "postgres", self._environment)
        for notice in await asyncio.to_thread(cluster.prepare):
            self._write("rlt", notice)
        server = self._launch("database", cluster.spec(), before=cluster.clear_leftovers)
        try:
            await cluster.wait_ready()
        except TimeoutError:
            raise ConfigError(f"Postgres does not start: {server.last_line}") from None
        await asyncio.to_thread(cluster.ensure_database)
        self._settings = self._settings.model_copy(update={"database_url": cluster.url})
        return cluster

    def _launch(
        self, stage: str, spec: Spec, before: Callable[[], Awaitable[None]] | None = None
    ) -> Child:
        child = Child(spec, self._write, before=before)
        self._stages[stage].append(child)
        self._tasks.add(asyncio.create_task(child.run()))
        return child

    def _require_usable(self) -> None:
        """Give up while starting when a process says that it cannot work like this."""
        for child in (child for stage in self._stages.values() for child in stage):
            if child.exit_status == UNUSABLE:
                raise ConfigError(f"{child.spec.name} cannot start: {child.last_line}")

    def _announce(self) -> None:
        """The one line for the person at the terminal; a password is in no log file."""
        if self._sign_in is not None:
            print(f"RLT Console: {self._settings.base_url} – {self._sign_in.words}", flush=True)
            self._sign_in = None

    def _interrupt(self) -> None:
        if not self._stop.is_set():
            self._stop.set()
            self._write("rlt", "stopping; once more to stop at once")
            return
        for child in (child for stage in self._stages.values() for child in stage):
            child.kill()

    async def _stop_everything(self) -> None:
        for children in self._stages.values():
            await asyncio.gather(*(child.stop() for child in children))
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _make_folder(options: UpOptions) -> None:
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        probe = options.data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            f"{options.data} cannot be used as the data folder ({error.strerror}): "
            "choose another with --data."
        ) from error


def _with_ports(options: UpOptions, settings: Settings) -> Settings:
    ports.require_free(settings.host, settings.port, "--port")
    if options.policy_port is None:
        policy_port = ports.first_free(settings.policy_host, settings.port + 1)
    else:
        policy_port = options.policy_port
        ports.require_free(settings.policy_host, policy_port, "--policy-port")
    return settings.model_copy(update={"policy_port": policy_port})
