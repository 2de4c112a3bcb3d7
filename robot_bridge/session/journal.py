"""The bridge's own memory of episodes, until the policy side has them for good.

One file per episode, appended by the disk thread; what has reached the file may be sent. After an
acknowledgement the file moves to `done/`, where the newest are kept for a while.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from robot_bridge.control.ports import Durable
from robot_bridge.errors import JournalError, ProtocolError
from robot_bridge.protocol.codec import Decoder, encode
from robot_bridge.protocol.framing import Span, read_span, recover
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, EpisodeStart
from robot_bridge.session.disk import AppendFile, Disk

KEEP_FILES = 2000
KEEP_BYTES = 2 * 1024**3
RESTARTED = "bridge_restarted"

decode_durable: Decoder[Durable] = Decoder(Durable)


@dataclass
class EpisodeLog:
    """One episode on disk that is not acknowledged yet."""

    episode_id: UUID
    file: AppendFile
    spans: list[Span] = field(default_factory=list)
    ended: bool = False

    def read(self, seq: int) -> bytes:
        """The bytes of one message. Blocks: call it in a thread."""
        return read_span(self.file.path, self.spans[seq])


class Journal:
    """All unacknowledged episodes, oldest first. Lives in the loop's thread."""

    def __init__(self, folder: Path, disk: Disk, written: Callable[[], None]) -> None:
        """`written` is called whenever there is more to send."""
        self.episodes: dict[UUID, EpisodeLog] = {}
        self._open = folder / "journal"
        self._done = folder / "done"
        self._disk = disk
        self._written = written

    @property
    def pending(self) -> int:
        """Episodes recorded and not acknowledged."""
        return len(self.episodes)

    def recover(self, ended_at: float) -> list[EpisodeEnd]:
        """Read what an earlier process left; returns the ends written on behalf of it."""
        for folder in (self._open, self._done):
            folder.mkdir(parents=True, exist_ok=True)
        found: list[tuple[float, EpisodeLog]] = []
        ends: list[EpisodeEnd] = []
        for path in sorted(self._open.glob("*.log")):
            payloads, spans = recover(path)
            messages = _decode_all(path, payloads)
            if not messages or not isinstance(messages[0], EpisodeStart):
                path.unlink()
                continue
            start = messages[0]
            log = EpisodeLog(start.episode_id, AppendFile(path), spans, ended=True)
            if not isinstance(messages[-1], EpisodeEnd):
                end = _end_for(messages, ended_at)
                spans.append(log.file.append(encode(end)))
                log.file.close()
                ends.append(end)
            found.append((start.started_at, log))
        for _, log in sorted(found, key=lambda entry: entry[0]):
            self.episodes[log.episode_id] = log
        return ends

    def append(self, message: Durable) -> None:
        """Record a message; it may be sent once it is in the file."""
        if isinstance(message, EpisodeStart):
            path = self._open / f"{message.episode_id}.log"
            self.episodes[message.episode_id] = EpisodeLog(message.episode_id, AppendFile(path))
        log = self.episodes[message.episode_id]
        payload = encode(message)
        last = isinstance(message, EpisodeEnd)
        spans: list[Span] = []

        def job() -> None:
            if not spans:
                spans.append(log.file.append(payload))
            self._disk.watch(log.file)
            if last:
                self._disk.release(log.file)

        def done() -> None:
            log.spans.append(spans[0])
            log.ended = log.ended or last
            self._written()

        self._disk.submit(job, done)

    def acknowledge(self, episode_id: UUID) -> bool:
        """The other side has this episode for good; returns whether it was waiting here."""
        log = self.episodes.get(episode_id)
        if log is None or not log.ended:
            return False
        del self.episodes[episode_id]

        def job() -> None:
            if log.file.path.exists():
                log.file.path.rename(self._done / log.file.path.name)
            prune(self._done, KEEP_FILES, KEEP_BYTES)

        self._disk.submit(job)
        return True


def prune(folder: Path, keep_files: int, keep_bytes: int) -> None:
    """Delete the oldest files beyond either bound."""
    entries = [(path.stat(), path) for path in folder.glob("*.log")]
    entries.sort(key=lambda entry: entry[0].st_mtime_ns, reverse=True)
    total = 0
    for number, (info, path) in enumerate(entries):
        total += info.st_size
        if number >= keep_files or total > keep_bytes:
            path.unlink()


def _decode_all(path: Path, payloads: list[bytes]) -> list[Durable]:
    try:
        return [decode_durable(payload) for payload in payloads]
    except ProtocolError as error:
        raise JournalError(
            f"{path} was written by another version of the bridge ({error}); "
            "move it out of the journal folder to go on"
        ) from error


def _end_for(messages: list[Durable], ended_at: float) -> EpisodeEnd:
    reports = [message for message in messages if isinstance(message, ChunkReport)]
    return EpisodeEnd(
        seq=len(messages),
        episode_id=messages[0].episode_id,
        steps=sum(len(report.sources) for report in reports),
        ended_at=ended_at,
        ended_by=RESTARTED,
        truncated=True,
        hand_off_step=reports[-1].hand_off_step if reports else -1,
        peak_force=0.0,
        truth=None,
        last_state=None,
    )
