"""A labeller who never stops, with a notebook of what was acknowledged."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from numpy.random import Generator

from backend.errors import ConsoleError, Unavailable
from backend.studies.person import Operator


@dataclass(frozen=True)
class Acknowledged:
    """One label that the console said it had stored."""

    label_id: str
    episode_id: str
    outcome: str


class Labeller:
    """Labels whatever waits in the queue; repeats a label with the same id until it is answered."""

    def __init__(self, sign_in: Callable[[], Operator], rng: Generator) -> None:
        """`sign_in` gives a signed-in person of its own; `rng` decides the outcomes."""
        self._person = sign_in()
        self._rng = rng
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="labeller")
        self.acknowledged: list[Acknowledged] = []
        self.repeats = 0
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begin to label."""
        self._thread.start()

    def finish(self) -> None:
        """Stop, wait for the label in hand, and raise what went wrong in between."""
        self._stop.set()
        self._thread.join()
        self._person.http.close()
        if self.failure is not None:
            raise self.failure

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                if not self._label_one():
                    self._stop.wait(0.2)
        except ConsoleError as error:
            self.failure = error

    def _label_one(self) -> bool:
        try:
            queue = self._person.call("GET", "/labels/queue", limit=1)["items"]
        except Unavailable:
            return False
        if not queue:
            return False
        outcome = "success" if self._rng.random() < 0.5 else "failure"
        self._insist(Acknowledged(str(uuid4()), queue[0]["id"], outcome))
        return True

    def _insist(self, label: Acknowledged) -> None:
        while not self._stop.is_set():
            try:
                self._person.label(label.episode_id, label.outcome, label.label_id)
            except Unavailable:
                self.repeats += 1
                self._stop.wait(0.1)
                continue
            self.acknowledged.append(label)
            return
