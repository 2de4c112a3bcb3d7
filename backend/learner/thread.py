"""The thread that trains; the event loop beside it talks to Postgres and disk."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from backend.learner.gauge import EVERY_SECONDS
from backend.learner.loop import Teacher

log = logging.getLogger(__name__)


class TrainingThread:
    """Runs a teacher; `post` is safe from any thread."""

    def __init__(self, teacher: Teacher, ended: Callable[[], object]) -> None:
        """Call `start`; `ended` is called from the thread when it ends."""
        self._teacher = teacher
        self._ended = ended
        self._inbox: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._open = True
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="training", daemon=True)
        self.failure: BaseException | None = None
        """Why the thread ended, if it was not asked to."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def post(self, call: Callable[[], None]) -> None:
        """Have something done between two slices."""
        with self._wake:
            self._inbox.append(call)
            self._wake.notify()

    def stop(self) -> None:
        """Do what waits in the inbox, keep all states, and end."""
        with self._wake:
            self._open = False
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                self._do_pending()
                self._busy = self._teacher.round(self._do_pending)
            self._do_pending()
            self._teacher.close()
        except BaseException as error:  # told to the process, which ends with it
            self.failure = error
            log.exception("the training thread failed")
        finally:
            self._ended()

    def _wait_for_work(self) -> bool:
        with self._wake:
            if self._open and not self._busy and not self._inbox:
                self._wake.wait(EVERY_SECONDS)
            return self._open

    def _do_pending(self) -> None:
        while self._inbox:
            self._inbox.popleft()()
