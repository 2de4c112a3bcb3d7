"""One live page: what it wants, and a bounded way out to it.

States are newest-wins: a slow page skips them. Facts (labels, episodes, events) are kept in order;
a page that lets too many pile up is disconnected and asks for everything anew.
"""

import asyncio
from collections import deque
from collections.abc import Hashable
from uuid import UUID

from backend.web.sessions import Identity

MOST_WAITING = 1000
EVERY = "*"


class Client:
    """One live socket."""

    def __init__(self, identity: Identity) -> None:
        """Nothing is subscribed yet."""
        self.identity = identity
        self.overrun = asyncio.Event()
        """Set when the page is too slow, or its session ended: the socket closes."""
        self.robots: frozenset[UUID] = frozenset()
        self.every_robot = False
        self.runs: frozenset[UUID] = frozenset()
        self._facts: deque[bytes] = deque()
        self._states: dict[Hashable, bytes] = {}
        self._wake = asyncio.Event()
        self._sequence = 0

    def subscribe(self, robots: list[str], runs: list[UUID]) -> None:
        """Replace what is wanted."""
        self.every_robot = EVERY in robots
        self.robots = frozenset(UUID(one) for one in robots if one != EVERY)
        self.runs = frozenset(runs)

    def wants_robot(self, robot_id: UUID | None) -> bool:
        """Whether something about this robot (or about none) is for this page."""
        return robot_id is None or self.every_robot or robot_id in self.robots

    def state(self, subject: Hashable, message: bytes) -> None:
        """The newest state of a subject; replaces an older one that has not left yet."""
        self._states[subject] = message
        self._wake.set()

    def fact(self, message: bytes) -> None:
        """Something that must arrive."""
        if len(self._facts) >= MOST_WAITING:
            self.overrun.set()
            return
        self._facts.append(message)
        self._wake.set()

    async def next(self) -> bytes:
        """The next message to send, numbered; facts go before states."""
        while not self._facts and not self._states:
            self._wake.clear()
            await self._wake.wait()
        if self._facts:
            return self._number(self._facts.popleft())
        return self._number(self._states.pop(next(iter(self._states))))

    def _number(self, message: bytes) -> bytes:
        """The message is a JSON object encoded once for all; its number is put in front."""
        self._sequence += 1
        return b'{"sequence":%d,' % self._sequence + message[1:]
