"""Sends what changed to every page that wants it, encoded once for all of them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from backend.fleet.hub import Fleet
from backend.kit.clock import Clock
from backend.live.clients import Client
from backend.web.sessions import Identity

STATE_PERIOD = 0.1
"""Seconds between two states of one robot."""


class LiveHub:
    """All live pages."""

    def __init__(self, fleet: Fleet, clock: Clock) -> None:
        """Robots are followed from the start."""
        self.clients: set[Client] = set()
        self._fleet = fleet
        self._clock = clock
        self._others: dict[asyncio.Event, Identity] = {}
        self._sent_at: dict[UUID, float] = {}
        self._timers: dict[UUID, asyncio.TimerHandle] = {}
        fleet.observe(self.robot_changed)

    def join(self, client: Client) -> None:
        """A page opened."""
        self.clients.add(client)
        self._fleet.page_opened(client.identity.id)

    def leave(self, client: Client) -> None:
        """A page closed."""
        self.clients.discard(client)
        self._fleet.page_closed(client.identity.id)

    def end(self, chosen: Callable[[Identity], bool]) -> None:
        """Close the pages of sessions that ended."""
        for client in self.clients:
            if chosen(client.identity):
                client.overrun.set()
        for ended, identity in self._others.items():
            if chosen(identity):
                ended.set()

    def watch_end(self, identity: Identity) -> asyncio.Event:
        """An event that is set when this session ends."""
        ended = asyncio.Event()
        self._others[ended] = identity
        return ended

    def forget_end(self, ended: asyncio.Event) -> None:
        """The socket that waited for it is closed."""
        del self._others[ended]

    def end_expired(self, now: datetime) -> None:
        """Close the pages of sessions whose time is over."""
        self.end(lambda one: one.expires_at is not None and one.expires_at <= now)

    def subscribed_runs(self) -> set[UUID]:
        """Runs that somebody watches."""
        return {run_id for client in self.clients for run_id in client.runs}

    def show_robots(self, client: Client) -> None:
        """The present state of what a page has just subscribed to."""
        for cell in self._fleet.cells.values():
            if client.wants_robot(cell.id):
                truth = client.identity.automatic
                client.state(cell.id, encode("robot", robot=cell.item(truth=truth)))

    def robot_changed(self, robot_id: UUID, _situation: bool) -> None:
        """Send a robot's state now, or when the last one is old enough."""
        if robot_id in self._timers:
            return
        loop = asyncio.get_running_loop()
        wait = self._sent_at.get(robot_id, 0.0) + STATE_PERIOD - loop.time()
        if wait <= 0:
            self._send_robot(robot_id)
        else:
            self._timers[robot_id] = loop.call_later(wait, self._send_robot, robot_id)

    def fact(self, message: bytes, robot_id: UUID | None = None) -> None:
        """Send to every page that wants this robot."""
        for client in self.clients:
            if client.wants_robot(robot_id):
                client.fact(message)

    def run_fact(self, message: bytes, run_id: UUID) -> None:
        """Send to every page that watches this run."""
        for client in self.clients:
            if run_id in client.runs:
                client.fact(message)

    def _send_robot(self, robot_id: UUID) -> None:
        self._timers.pop(robot_id, None)
        self._sent_at[robot_id] = asyncio.get_running_loop().time()
        cell = self._fleet.cells.get(robot_id)
        if cell is None:
            return
        wanting = [client for client in self.clients if client.wants_robot(robot_id)]
        for truth in (False, True):
            group = [one for one in wanting if one.identity.automatic is truth]
            if not group:
                continue
            message = encode("robot", robot=cell.item(truth=truth))
            for client in group:
                client.state(robot_id, message)


def encode(kind: str, **fields: Any) -> bytes:  # noqa: ANN401
    """One message, ready to be numbered."""
    return orjson.dumps({"type": kind} | fields, default=str)
