"""Events on disk until they are acknowledged one by one; and the safety log, kept beside them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from robot_bridge.control.clock import Clock
from robot_bridge.protocol.codec import Decoder, encode
from robot_bridge.protocol.framing import frame, recover
from robot_bridge.protocol.messages import Ack, Event
from robot_bridge.session.disk import AppendFile, Disk

COMPACT_BYTES = 1024 * 1024
SAFETY_LOG_BYTES = 10 * 1024 * 1024

_decode: Decoder[Event | Ack] = Decoder(Event | Ack)


class EventLog:
    """Unacknowledged events, oldest first. Lives in the loop's thread."""

    def __init__(self, folder: Path, disk: Disk, written: Callable[[Event], None]) -> None:
        """`written` is called when an event is in the file and may be sent."""
        self.waiting: dict[UUID, Event] = {}
        self._path = folder / "events.log"
        self._file = AppendFile(self._path)
        self._disk = disk
        self._written = written

    def recover(self) -> None:
        """Read what an earlier process left, and forget what was acknowledged."""
        if not self._path.exists():
            return
        payloads, _ = recover(self._path)
        for payload in payloads:
            record = _decode(payload)
            if isinstance(record, Ack):
                self.waiting.pop(record.id, None)
            else:
                self.waiting[record.id] = record
        self._rewrite([encode(event) for event in self.waiting.values()])

    def append(self, event: Event) -> None:
        """Keep an event and send it once it is in the file."""

        def done() -> None:
            self.waiting[event.id] = event
            self._written(event)

        self._submit(encode(event), done)

    def acknowledge(self, event_id: UUID) -> bool:
        """The other side has it; returns whether it was waiting here."""
        if self.waiting.pop(event_id, None) is None:
            return False
        self._submit(encode(Ack(id=event_id)), self._compact)
        return True

    def _submit(self, payload: bytes, done: Callable[[], None]) -> None:
        def job() -> None:
            self._file.append(payload)
            self._disk.watch(self._file)

        self._disk.submit(job, done)

    def _compact(self) -> None:
        if self.waiting or self._file.size() < COMPACT_BYTES:
            return

        def job() -> None:
            self._disk.release(self._file)
            self._rewrite_unless_newer()

        self._disk.submit(job)

    def _rewrite_unless_newer(self) -> None:
        payloads, _ = recover(self._path)
        records = [_decode(payload) for payload in payloads]
        gone = {record.id for record in records if isinstance(record, Ack)}
        events = [r for r in records if isinstance(r, Event) and r.id not in gone]
        self._rewrite([encode(event) for event in events])

    def _rewrite(self, payloads: list[bytes]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(b"".join(frame(payload) for payload in payloads))
        fresh.replace(self._path)


class SafetyLog:
    """When a session was lost and when the robot was safe: JSON lines with both clocks."""

    def __init__(self, folder: Path, disk: Disk, clock: Clock) -> None:
        """The file is `safety.log`; one older generation is kept."""
        self._path = folder / "safety.log"
        self._disk = disk
        self._clock = clock

    def write(self, what: str, details: dict[str, Any]) -> None:
        """One line about now."""
        moment = {"what": what, "monotonic_ns": self._clock.now_ns(), "wall": self._clock.wall()}
        line = json.dumps({**moment, **details}).encode() + b"\n"

        def job() -> None:
            if self._path.exists() and self._path.stat().st_size > SAFETY_LOG_BYTES:
                self._path.replace(self._path.with_suffix(".log.1"))
            with self._path.open("ab", buffering=0) as file:
                file.write(line)

        self._disk.submit(job)
