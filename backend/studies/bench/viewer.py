"""Viewers without a browser: one takes every picture it is sent, as a page does; one takes none."""

import json
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from backend.studies.person import Operator, Sight, watch_message

ASLEEP_S = 3.0
"""The console gives a page up that has taken nothing for two seconds."""
SMALL = 4096


class Viewer:
    """Watches until closed. The page's own sockets and messages; pictures need no receipts."""

    def __init__(self, person: Operator, sights: Sequence[Sight]) -> None:
        """`sights` are asked for in one message, as a page does."""
        self.frames = 0
        self.dropped = 0
        """How often the console gave it up; it dials again, as a page does."""
        self._person = person
        self._wish = watch_message(sights)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._stay, name="viewer")

    def __enter__(self) -> "Viewer":
        """Start to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop, and wait for the sockets to close."""
        self._stop.set()
        self._thread.join()

    def _stay(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch()
            except ConnectionClosed:
                self.dropped += 1

    def _watch(self) -> None:
        with self._person.socket("video") as video, self._person.socket("live") as live:
            live.send(json.dumps({"type": "subscribe", "robots": ["*"], "runs": []}))
            video.send(self._wish)
            drain = threading.Thread(target=self._drain, args=(live,))
            drain.start()
            try:
                self._take(video)
            finally:
                live.close()
                drain.join()

    def _take(self, video: ClientConnection) -> None:
        while not self._stop.is_set():
            try:
                message = video.recv(timeout=0.5)
            except TimeoutError:
                continue
            self.frames += isinstance(message, bytes)

    @staticmethod
    def _drain(live: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            for _ in live:
                pass


class Stalled(Viewer):
    """Asks for pictures and takes none. Once it is given up it asks again, as a page would."""

    def _watch(self) -> None:
        address = (self._person.http.base_url.host, self._person.http.base_url.port or 80)
        with socket.socket() as slow:
            # Little room on the way, so that the console notices at once.
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
            slow.connect(address)
            with self._person.socket("video", over=slow, most_waiting=1) as video:
                video.send(self._wish)
                self._stop.wait(ASLEEP_S)
                # No farewell: it would wait behind the pictures that nobody takes.
                slow.shutdown(socket.SHUT_RDWR)
