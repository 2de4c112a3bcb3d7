"""The one thread that runs networks; the event loop beside it keeps its heartbeats.

Live observations go before everything else: what fills episode files in can wait, a robot cannot.
What waits goes episode by episode, so that of a thousand that wait one is finished at a time.
"""

import asyncio
import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


LIVE = 0
"""The turn of what a robot waits for."""

_Job = tuple[int, int, Callable[[], Any], "asyncio.Future[Any]"]


class Worker:
    """Runs one job at a time, most urgent first, in order of arrival among equals."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Results are handed back on `loop`."""
        self._loop = loop
        self._jobs: list[_Job] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._work, name="networks", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Finish the job at hand and stop; jobs that wait are cancelled."""
        with self._wake:
            self._open = False
            waiting, self._jobs = self._jobs, []
            self._wake.notify()
        for *_, future in waiting:
            future.cancel()
        self._thread.join()

    async def run(self, turn: int, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result, or its error. Smaller turns go first.

        A cancelled caller takes a waiting job with it.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            entry = (turn, next(self._order), lambda: job(*args, **kwargs), future)
            heapq.heappush(self._jobs, entry)
            self._wake.notify()
        return await future

    @property
    def waiting(self) -> int:
        """Jobs in the queue."""
        return len(self._jobs)

    def _work(self) -> None:
        while (entry := self._next()) is not None:
            _, _, job, future = entry
            if future.cancelled():
                continue
            try:
                result, error = job(), None
            except Exception as caught:  # noqa: BLE001 - handed to whoever waits for it
                result, error = None, caught
            self._loop.call_soon_threadsafe(_settle, future, result, error)

    def _next(self) -> _Job | None:
        with self._wake:
            while self._open and not self._jobs:
                self._wake.wait()
            return heapq.heappop(self._jobs) if self._open else None


def _settle(future: "asyncio.Future[Any]", result: object, error: Exception | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
