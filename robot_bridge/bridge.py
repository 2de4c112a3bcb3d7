"""Puts the rooms together: one cell, two sessions, one camera process, one journal, one loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec
from uuid import uuid4

from robot_bridge.build import connect_robot, load_driver
from robot_bridge.cameras.host import CameraHost
from robot_bridge.cameras.studio import Studio
from robot_bridge.config import BridgeConfig
from robot_bridge.control.authority import Authority
from robot_bridge.control.cell import Cell, CellOptions
from robot_bridge.control.clock import MS, SECOND, Clock, SystemClock
from robot_bridge.control.loop import LATE_MS, Pacer
from robot_bridge.control.machine import Readiness
from robot_bridge.control.ports import Durable, FrameWish, ImageWish, Plain
from robot_bridge.control.report import SHOWN_EVERY_NS, telemetry
from robot_bridge.control.watchdog import Silence
from robot_bridge.errors import ConfigError, RobotError
from robot_bridge.protocol.messages import (
    Command,
    CommandResult,
    Drive,
    Event,
    Hello,
    Observation,
    Watch,
)
from robot_bridge.robots.base import Regime, Robot
from robot_bridge.session.control import ControlPeer
from robot_bridge.session.disk import Disk
from robot_bridge.session.events import EventLog, SafetyLog
from robot_bridge.session.hello import hello
from robot_bridge.session.journal import Journal
from robot_bridge.session.link import Link, LinkTarget
from robot_bridge.session.policy import PolicyPeer

LAST_PICTURES_S = 0.3
LAST_WRITES_S = 0.4

P = ParamSpec("P")

log = logging.getLogger("bridge")


class Bridge:
    """The shell round the cell. It is also the cell's ports: what the cell asks, it carries out."""

    def __init__(self, config: BridgeConfig, clock: Clock | None = None) -> None:
        """Connects the robot and reads the journal; nothing moves and nothing is dialled yet."""
        self._config = config
        self._clock = clock or SystemClock()
        self._loop = asyncio.get_running_loop()
        self._paced = config.speed == "real"
        self._boot_id = uuid4()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._shown_ns = 0
        self._jobs: set[asyncio.Task[None]] = set()
        self._silent: dict[str, bool] = {}
        self._failure: BaseException | None = None
        self._robot_thread = ThreadPoolExecutor(1, thread_name_prefix="reset")
        self._robot = connect_robot(config.driver, config.task)
        self._control = ControlPeer(self, self._watch, lambda why: self._lost("control", why))
        self._open_journal()
        self._open_sessions()
        hz = self._robot.spec.control_hz
        options = CellOptions(
            paced=self._paced, frames_every=round(hz / config.frames_hz) if config.frames_hz else 0
        )
        self.cell = Cell(self._robot, self, self._clock, options)
        self._authority = Authority(self.cell, self)
        self._pacer = Pacer(hz, self._clock.now_ns())
        self._open_cameras(config.task)

    def _open_journal(self) -> None:
        folder = self._config.folder
        folder.mkdir(parents=True, exist_ok=True)
        self._disk = Disk(folder, self._post, min_free_bytes=self._config.min_free_mb << 20)
        self._journal = Journal(folder, self._disk, self._written)
        self._events = EventLog(folder, self._disk, self._control.event)
        self._safety_log = SafetyLog(folder, self._disk, self._clock)
        self._restarted = self._journal.recover(self._clock.wall())
        self._events.recover()

    def _open_sessions(self) -> None:
        self._control.log = self._events
        self._policy = PolicyPeer(
            chunk=lambda chunk: self._then_wake(self.cell.chunk, chunk),
            begun=lambda episode: self._then_wake(self.cell.begun, episode),
            lost=lambda why: self._lost("policy", why),
        )
        self._policy.journal = self._journal
        self._links = {
            "control": self._link("control", self._config.web, self._control),
            "policy": self._link("policy", self._config.policy, self._policy),
        }

    def _link(self, name: str, url: str, peer: ControlPeer | PolicyPeer) -> Link[Any]:
        target = LinkTarget(name, url, self._config.token)
        silence = Silence(self._config.session_timeout_ms)
        return Link(target, peer, lambda: self._hello(name), self._clock, silence=silence)

    def _open_cameras(self, task: str) -> None:
        self._host = CameraHost(self._config.driver, task)
        self._studio = Studio(
            self._host,
            self._robot.spec.cameras,
            self._clock,
            views=self._robot.spec.views,
            on_images=lambda number, images: self._then_wake(self.cell.images, number, images),
            on_frame=self.cell.frame,
            on_video=self._control.video,
        )

    def _hello(self, session: str) -> Hello:
        return hello(
            self._robot.spec,
            session=session,
            robot=self._config.robot,
            boot_id=self._boot_id,
            tasks=load_driver(self._config.driver).TASKS,
            renderer=self._host.renderer,
        )

    # ── life ──────────────────────────────────────────────────────────────────────────────────────

    def request_stop(self) -> None:
        """End the process: hold, finish the journal, leave."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Serve until `request_stop`; leaves the robot held and the journal complete."""
        await self._host.start()
        self._disk.start()
        for end in self._restarted:
            details = {"ended_by": end.ended_by, "steps": end.steps}
            self.cell.teller.tell("episode_ended", None, {**details, "id": str(end.episode_id)})
        log.info("robot %s, pictures %s", self._config.robot, self._host.renderer)
        links = [asyncio.create_task(link.run()) for link in self._links.values()]
        control = asyncio.create_task(self._control_loop())
        try:
            done, _ = await asyncio.wait([*links, control], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if self._failure is not None:
                raise self._failure
        finally:
            control.cancel()
            await self._leave(links)

    async def _leave(self, links: list["asyncio.Task[None]"]) -> None:
        if self.cell.machine.armed:
            self.cell.stop("the bridge process ends")
        self.cell.tick()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_PICTURES_S):
                while self.cell.closing:
                    self._wake.clear()
                    await self._wake.wait()
        self.cell.close_now()
        if not await asyncio.to_thread(self._disk.close, LAST_WRITES_S):
            log.error("the journal could not be finished: %s", self._disk.trouble)
        for task in links:
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)
        await self._host.stop()
        self._robot_thread.shutdown(wait=False)
        self._robot.disconnect()

    async def _control_loop(self) -> None:
        self._pacer.restart(self._clock.now_ns())
        while not self._stopping.is_set():
            now = self._clock.now_ns()
            paced = self._paced or self.cell.attempt is None
            if paced and self._pacer.begin(now) > LATE_MS * MS:
                for link in self._links.values():
                    link.silence.excuse(now)
            self._listen(now)
            passed = self.cell.tick()
            self._film(now)
            self._show(now)
            await self._pause(paced=paced, passed=passed)

    async def _pause(self, *, paced: bool, passed: bool) -> None:
        if paced:
            await asyncio.sleep(self._pacer.wait_ns(self._clock.now_ns()) / SECOND)
            return
        self._pacer.restart(self._clock.now_ns())
        if passed:
            await asyncio.sleep(0)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1 / self._robot.spec.control_hz):
                await self._wake.wait()
        self._wake.clear()

    def _listen(self, now: int) -> None:
        """The watchdog proper: silence counts, whatever the transport says."""
        for name, link in self._links.items():
            silent = link.is_open and link.silence.expired(now)
            if silent and not self._silent.get(name):
                limit = self._config.session_timeout_ms
                self.cell.session_lost(name, f"nothing heard for {limit} ms")
            self._silent[name] = silent
        if self.cell.machine.armed and self._disk.trouble:
            self.cell.stop(self._disk.trouble)

    def _film(self, now: int) -> None:
        due = self._studio.due(now)
        if not due:
            return
        look = self.cell.motion.look()
        if look is not None:
            attempt = self.cell.attempt
            self._studio.film(due, look.snapshot, attempt.step if attempt is not None else -1)

    def _show(self, now: int) -> None:
        if now - self._shown_ns < SHOWN_EVERY_NS:
            return
        self._shown_ns = now
        shown = telemetry(
            self.cell,
            self._pacer.punctuality(),
            now=now,
            policy_connected=self._links["policy"].alive(now),
            policy_trouble=self._links["policy"].trouble,
            journal_pending=self._journal.pending,
        )
        self._control.telemetry(shown)

    # ── ports of the cell ─────────────────────────────────────────────────────────────────────────

    def event(self, event: Event) -> None:
        """Journal and send an event."""
        self._events.append(event)

    def result(self, result: CommandResult) -> None:
        """Answer a command."""
        self._control.result(result)

    def record(self, message: Durable) -> None:
        """Journal a durable message."""
        self._journal.append(message)

    def observe(self, observation: Observation) -> None:
        """Ask the policy for a chunk."""
        self._policy.observe(observation)

    def want_images(self, wish: ImageWish) -> None:
        """Ask for policy images."""
        self._studio.want_images(wish)

    def want_frames(self, wish: FrameWish) -> None:
        """Ask for kept pictures."""
        self._studio.want_frames(wish)

    def changed(self) -> None:
        """Telemetry goes out with this period."""
        self._shown_ns = 0

    def evidence(self, what: str, **details: Plain) -> None:
        """Write a line into the safety log."""
        self._safety_log.write(what, details)

    def readiness(self) -> Readiness:
        """What stands and what does not."""
        now = self._clock.now_ns()
        fault = self._disk.trouble
        if not fault and not self._host.up:
            fault = "the camera process is starting: try again in a moment"
        return Readiness(
            control=self._links["control"].alive(now),
            policy=self._links["policy"].alive(now),
            fault=fault,
        )

    def reset(self, regime: Regime, seed: int) -> None:
        """Reset in a thread, so that sessions and watchdogs go on."""
        self._spawn(self._reset(self._robot, regime, seed))

    def set_task(self, task: str) -> None:
        """Another task: another driver object, another camera process, two new sessions.

        Raises ConfigError for a task that the robot does not know.
        """
        known = load_driver(self._config.driver).TASKS
        if task not in known:
            raise ConfigError(f"unknown task {task!r}: choose one of {', '.join(known)}")
        self.cell.motion.busy = True
        self._spawn(self._change_task(task))

    async def _reset(self, robot: Robot, regime: Regime, seed: int) -> None:
        try:
            seconds = await self._loop.run_in_executor(
                self._robot_thread, robot.reset, regime, seed
            )
        except RobotError as error:
            self._then_wake(self.cell.reset_failed, str(error))
        else:
            self._then_wake(self.cell.reset_done, seconds)

    async def _change_task(self, task: str) -> None:
        """Built in a thread, so that sessions and watchdogs go on; the new Hello tells of it."""
        try:
            robot = await self._loop.run_in_executor(
                self._robot_thread, connect_robot, self._config.driver, task
            )
        except (ConfigError, RobotError) as error:
            self._then_wake(self.cell.task_failed, task, str(error))
            return
        self._robot.disconnect()
        self._robot = robot
        self.cell.motion.use(robot)
        old = self._host
        self._open_cameras(task)
        await old.stop()
        await self._host.start()
        for link in self._links.values():
            link.redial()

    # ── calls from the sessions ───────────────────────────────────────────────────────────────────

    def command(self, order: Command) -> None:
        """An order from a console."""
        self._then_wake(self._authority.command, order)

    def drive(self, drive: Drive) -> None:
        """A driving person's hands."""
        self._authority.drive(drive)

    def _watch(self, watch: Watch) -> None:
        self._studio.watch(watch.streams)

    def _lost(self, name: str, why: str) -> None:
        if not self._silent.get(name):
            self.cell.session_lost(name, why)
        self._wake.set()

    def _written(self) -> None:
        self._policy.written()
        self._wake.set()

    def _then_wake(self, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        call(*args, **kwargs)
        self._wake.set()

    def _post(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._jobs.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
            self.request_stop()
