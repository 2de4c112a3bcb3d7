"""The control side of the camera process: wishes out, JPEGs in, a new child when one dies."""

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

from robot_bridge.cameras.wire import (
    LENGTH,
    Picture,
    Priority,
    Ready,
    Reply,
    Shot,
    Shots,
    Trouble,
    decode_reply,
    packed,
)
from robot_bridge.errors import ConfigError, ProtocolError

START_LIMIT_S = 90.0
END_LIMIT_S = 0.2
RESTART_PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0)

log = logging.getLogger("bridge.cameras")

Use = Callable[[tuple[bytes, ...]], None]


@dataclass(frozen=True)
class _Order:
    shot: Shot
    use: Use


class CameraHost:
    """One child process at a time.

    Every wish is answered unless its child dies; those that matter are asked again of the next.
    """

    def __init__(self, driver: str, task: str) -> None:
        """Nothing runs before `start`."""
        self._driver = driver
        self._task = task
        self._child: asyncio.subprocess.Process | None = None
        self._orders: dict[int, _Order] = {}
        self._number = 0
        self._keeper: asyncio.Task[None] | None = None
        self._child_ready = False
        self.renderer = ""
        self.generation = 0
        """Counts the children; what was asked of an earlier one may never come."""

    @property
    def up(self) -> bool:
        """Whether a child with open cameras answers."""
        return self._child_ready

    async def start(self) -> None:
        """Start the child; raises ConfigError when its cameras cannot be opened."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End the child and drop what it still owes."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._end_child()
        self._orders.clear()

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        self._child_ready = False
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            async with asyncio.timeout(END_LIMIT_S):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()

    def order(
        self, priority: Priority, snapshot: bytes, pictures: tuple[Picture, ...], use: Use
    ) -> None:
        """Ask for pictures; `use` gets the JPEGs in the same order."""
        self._number += 1
        shot = Shot(self._number, priority, snapshot, pictures)
        self._orders[shot.id] = _Order(shot, use)
        self._send(shot)

    def forget(self, *priorities: Priority) -> None:
        """Drop outstanding wishes of these kinds."""
        self._orders = {
            number: order
            for number, order in self._orders.items()
            if order.shot.priority not in priorities
        }

    def _send(self, shot: Shot) -> None:
        child = self._child
        if child is not None and child.stdin is not None and self._child_ready:
            child.stdin.write(packed(shot))

    async def _spawn(self) -> None:
        command = (sys.executable, "-m", "robot_bridge.cameras.process")
        self._child = await asyncio.create_subprocess_exec(
            *command,
            *("--driver", self._driver, "--task", self._task),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A signal to the bridge's group is not for the child: it leaves when its input closes.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_LIMIT_S):
                reply = await self._reply(self._child)
        except TimeoutError:
            reply = Trouble(f"the cameras did not open within {START_LIMIT_S:.0f} s")
        except asyncio.IncompleteReadError:
            reply = Trouble("the camera process died while it opened the cameras; see its output")
        if not isinstance(reply, Ready):
            await self._end_child()
            reason = reply.reason if isinstance(reply, Trouble) else "an answer came too early"
            raise ConfigError(f"no cameras: {reason}")
        self.renderer = reply.renderer
        self._child_ready = True
        self.generation += 1
        for order in self._orders.values():
            self._send(order.shot)

    async def _reply(self, child: asyncio.subprocess.Process) -> Reply:
        if child.stdout is None:
            raise ProtocolError("the camera process has no output")
        (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
        return decode_reply(await child.stdout.readexactly(length))

    async def _keep(self) -> None:
        failures = 0
        while True:
            why = await self._serve()
            self._child_ready = False
            self.forget(Priority.KEPT, Priority.VIDEO)
            log.warning("camera process lost (%s); starting another", why)
            await self._end_child()
            pause = RESTART_PAUSES_S[min(failures, len(RESTART_PAUSES_S) - 1)]
            await asyncio.sleep(pause)
            try:
                await self._spawn()
                failures = 0
            except ConfigError as error:
                failures += 1
                log.warning("%s", error)

    async def _serve(self) -> str:
        child = self._child
        if child is None:
            return "not running"
        try:
            while True:
                reply = await self._reply(child)
                if isinstance(reply, Trouble):
                    return reply.reason
                if isinstance(reply, Shots):
                    order = self._orders.pop(reply.id, None)
                    if order is not None:
                        order.use(reply.jpegs)
        except asyncio.IncompleteReadError:
            return "it died"
        except ProtocolError as error:
            return str(error)
