"""A viewer of the cell page without a browser: takes every frame it is sent, as a page would."""

import json
import threading
from dataclasses import dataclass, field

from websockets.sync.client import ClientConnection

from backend.studies.person import Operator, watch_message


@dataclass
class Viewer:
    """Watches all cameras of a robot until closed."""

    person: Operator
    robot_id: str
    cameras: list[str]
    frames: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Viewer":
        """Start to watch."""
        self._thread = threading.Thread(target=self._watch, name="viewer")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait for the socket to close."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        with self.person.socket("video") as video, self.person.socket("live") as live:
            live.send(json.dumps({"type": "subscribe", "robots": ["*"], "runs": []}))
            video.send(watch_message(self.robot_id, self.cameras, width=640, height=480, fps=25))
            drain = threading.Thread(target=self._drain, args=(live,))
            drain.start()
            while not self._stop.is_set():
                try:
                    message = video.recv(timeout=0.5)
                except TimeoutError:
                    continue
                self.frames += isinstance(message, bytes)
            live.close()
            drain.join()

    @staticmethod
    def _drain(live: ClientConnection) -> None:
        for _ in live:
            pass
