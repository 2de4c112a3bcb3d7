"""One thread for everything that touches the disk, so that the control loop never waits for it.

A job that fails is tried again until it works: what was recorded is not dropped because a disk was
full for a while. Meanwhile `trouble` says why, and no episode may start.
"""

import contextlib
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from robot_bridge.protocol.framing import Span, frame, span_of

SYNC_EVERY_S = 0.5
RETRY_EVERY_S = 0.5

Post = Callable[[Callable[[], None]], None]
Job = Callable[[], None]


class AppendFile:
    """A file that only grows by whole records. Used inside the disk thread only."""

    def __init__(self, path: Path) -> None:
        """Opens at the first append."""
        self.path = path
        self._file: BinaryIO | None = None
        self._end = 0
        self._dirty = False

    def append(self, payload: bytes) -> Span:
        """Add a record; after an error the file is cut back, so that trying again is safe."""
        if self._file is None:
            self._file = self.path.open("ab", buffering=0)
            self._end = self._file.seek(0, os.SEEK_END)
            if self._end == 0:
                _sync_folder(self.path.parent)
        record = frame(payload)
        self._dirty = True
        try:
            written = self._file.write(record)
            if written != len(record):
                raise OSError(28, "No space left on device")
        except OSError:
            self._file.truncate(self._end)
            raise
        span = span_of(self._end, payload)
        self._end += len(record)
        return span

    def sync(self) -> None:
        """Force what was written onto the disk."""
        if self._dirty and self._file is not None:
            os.fsync(self._file.fileno())
            self._dirty = False

    def close(self) -> None:
        """Sync and close; the next append opens again."""
        self.sync()
        if self._file is not None:
            self._file.close()
            self._file = None

    def size(self) -> int:
        """Bytes in the file."""
        return self._end


class Disk:
    """Runs jobs in order, syncs at least twice a second, and watches the free space."""

    def __init__(self, folder: Path, post: Post, *, min_free_bytes: int) -> None:
        """`post` brings a call back into the loop's thread."""
        self._folder = folder
        self._post = post
        self._min_free = min_free_bytes
        self._jobs: queue.SimpleQueue[tuple[Job, Job | None] | None] = queue.SimpleQueue()
        self._files: set[AppendFile] = set()
        self._closing = threading.Event()
        self._failure = ""
        self._full = ""
        self._thread = threading.Thread(target=self._run, name="disk", daemon=True)

    @property
    def trouble(self) -> str:
        """Why nothing can be recorded now, with advice; empty when all is well."""
        if self._thread.ident is not None and not self._thread.is_alive():
            return "the journal has stopped: restart the bridge"
        return self._failure or self._full

    def start(self) -> None:
        """Begin; the free space is known before the first job."""
        self._measure()
        self._thread.start()

    def submit(self, job: Job, done: Job | None = None) -> None:
        """Run `job` in the disk thread, then `done` in the loop's thread."""
        self._jobs.put((job, done))

    def watch(self, file: AppendFile) -> None:
        """From the disk thread: sync this file regularly."""
        self._files.add(file)

    def release(self, file: AppendFile) -> None:
        """From the disk thread: sync and close this file."""
        self._files.discard(file)
        file.close()

    def close(self, timeout: float) -> bool:
        """Finish what is queued; returns whether all of it reached the disk in time."""
        self._jobs.put(None)
        self._closing.set()
        self._thread.join(timeout)
        return not self._thread.is_alive() and not self._failure

    def _run(self) -> None:
        synced = time.monotonic()
        while True:
            try:
                entry = self._jobs.get(timeout=SYNC_EVERY_S / 2)
            except queue.Empty:
                entry = (_nothing, None)
            if entry is None or not self._insist(*entry):
                break
            if time.monotonic() - synced >= SYNC_EVERY_S:
                self._insist(self._sync, None)
                self._measure()
                synced = time.monotonic()
        with contextlib.suppress(OSError):
            for file in list(self._files):
                self.release(file)

    def _insist(self, job: Job, done: Job | None) -> bool:
        while True:
            try:
                job()
            except OSError as error:
                self._failure = f"the journal cannot be written: {error.strerror}; make room for it"
                self._post(_nothing)
                if self._closing.wait(RETRY_EVERY_S):
                    return False
                continue
            self._failure = ""
            if done is not None:
                self._post(done)
            return True

    def _sync(self) -> None:
        for file in self._files:
            file.sync()

    def _measure(self) -> None:
        free = shutil.disk_usage(self._folder).free
        need = self._min_free
        self._full = (
            f"the journal disk has {free >> 20} MiB left and {need >> 20} are needed: make room"
            if free < need
            else ""
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _nothing() -> None:
    """Wakes the other side."""
