import os
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robot_bridge.control.ports import Durable
from robot_bridge.errors import JournalError
from robot_bridge.protocol.codec import Array, encode
from robot_bridge.protocol.framing import frame
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, EpisodeStart, Event, Source
from robot_bridge.session.disk import AppendFile, Disk
from robot_bridge.session.events import EventLog, SafetyLog
from robot_bridge.session.journal import Journal, decode_durable, prune


class Desk:
    """A disk whose calls back into the loop are made by the test."""

    def __init__(self, folder: Path) -> None:
        self.calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.disk = Disk(folder, self.calls.put, min_free_bytes=0)
        self.journal = Journal(folder, self.disk, lambda: None)
        self.ends = self.journal.recover(7.0)
        self.disk.start()

    def wait_for(self, true: Callable[[], bool]) -> None:
        while not true():
            self.calls.get(timeout=10)()

    def close(self) -> None:
        assert self.disk.close(10)
        while True:
            try:
                self.calls.get_nowait()()
            except Empty:
                return


def start(episode: UUID, at: float = 0.0) -> EpisodeStart:
    return EpisodeStart(
        seq=0,
        episode_id=episode,
        run_id=None,
        task="ethernet",
        instruction="plug",
        regime="full",
        seed=1,
        started_at=at,
        reset_seconds=0.0,
        issued_by="ada",
    )


def report(episode: UUID, seq: int, hand_off_step: int = -1) -> ChunkReport:
    return ChunkReport(
        seq=seq,
        episode_id=episode,
        start_step=(seq - 1) * 2,
        actions=Array.of(np.zeros((2, 6), np.float32)),
        states=Array.of(np.zeros((2, 3), np.float32)),
        sources=(Source.BASE, Source.BASE),
        policy_versions=(0, 0),
        anchors=(),
        hand_off_step=hand_off_step,
    )


def end(episode: UUID, seq: int) -> EpisodeEnd:
    return EpisodeEnd(
        seq=seq,
        episode_id=episode,
        steps=(seq - 1) * 2,
        ended_at=0.0,
        ended_by="label",
        truncated=False,
        hand_off_step=-1,
        peak_force=0.0,
        truth=None,
        last_state=None,
    )


def whole(episode: UUID, at: float = 0.0) -> list[Durable]:
    return [start(episode, at), report(episode, 1), report(episode, 2), end(episode, 3)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    if desk.disk._thread.is_alive():
        desk.close()


def test_what_was_appended_can_be_read_back_once_it_is_written(desk: Desk) -> None:
    episode = uuid4()
    messages = whole(episode)
    for message in messages:
        desk.journal.append(message)
    log = desk.journal.episodes[episode]
    desk.wait_for(lambda: log.ended)
    assert [decode_durable(log.read(seq)) for seq in range(len(log.spans))] == messages


def test_a_receipt_moves_the_episode_to_done(desk: Desk, tmp_path: Path) -> None:
    episode = uuid4()
    for message in whole(episode):
        desk.journal.append(message)
    assert not desk.journal.acknowledge(episode)
    desk.wait_for(lambda: desk.journal.episodes[episode].ended)
    assert desk.journal.acknowledge(episode)
    assert not desk.journal.acknowledge(episode)
    assert desk.journal.pending == 0
    desk.close()
    assert [p.stem for p in (tmp_path / "done").iterdir()] == [str(episode)]


def test_after_a_restart_the_oldest_come_first(desk: Desk, tmp_path: Path) -> None:
    ids = [uuid4() for _ in range(4)]
    for number, episode in enumerate(ids):
        for message in whole(episode, at=100.0 - number):
            desk.journal.append(message)
    desk.close()
    again = Desk(tmp_path)
    assert list(again.journal.episodes) == ids[::-1]
    assert again.ends == []
    again.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0), st.booleans())
def test_a_journal_torn_anywhere_becomes_a_whole_episode(
    tmp_path: Path, cut: int, handed_off: bool
) -> None:
    folder = tmp_path / str(uuid4())
    (folder / "journal").mkdir(parents=True)
    episode = uuid4()
    second = report(episode, 2, hand_off_step=2 if handed_off else -1)
    messages = [start(episode), report(episode, 1), second]
    data = b"".join(frame(encode(message)) for message in messages)
    path = folder / "journal" / f"{episode}.log"
    cut %= len(data) + 1
    path.write_bytes(data[:cut])
    kept = sum(
        1
        for n in range(3)
        if sum(len(frame(encode(message))) for message in messages[: n + 1]) <= cut
    )
    desk = Desk(folder)
    desk.close()
    if kept == 0:
        assert not path.exists()
        assert desk.journal.pending == 0
        return
    log = desk.journal.episodes[episode]
    found = [decode_durable(log.read(seq)) for seq in range(len(log.spans))]
    assert found[:-1] == messages[:kept]
    last = found[-1]
    assert isinstance(last, EpisodeEnd)
    assert (last.seq, last.ended_by, last.truncated) == (kept, "bridge_restarted", True)
    assert last.steps == 2 * (kept - 1)
    assert last.hand_off_step == (2 if handed_off and kept == 3 else -1)
    assert desk.ends == [last]


def test_a_second_restart_adds_no_second_end(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    episode = uuid4()
    path = tmp_path / "journal" / f"{episode}.log"
    path.write_bytes(frame(encode(start(episode))))
    for _ in range(2):
        desk = Desk(tmp_path)
        desk.close()
    assert len(desk.journal.episodes[episode].spans) == 2
    assert desk.ends == []


def test_a_journal_of_another_version_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    path = tmp_path / "journal" / "x.log"
    path.write_bytes(frame(b"\x81\xa4type\xa5other"))
    with pytest.raises(JournalError, match="another version"):
        Desk(tmp_path)
    assert path.exists()


def test_a_full_disk_is_trouble_and_nothing_is_lost_when_there_is_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    real = AppendFile.append

    def append(self: AppendFile, payload: bytes) -> tuple[int, int]:
        if full:
            raise OSError(28, "No space left on device")
        return real(self, payload)

    monkeypatch.setattr(AppendFile, "append", append)
    episode = uuid4()
    for message in whole(episode):
        desk.journal.append(message)
    desk.wait_for(lambda: bool(desk.disk.trouble))
    assert "No space left" in desk.disk.trouble
    full = False
    desk.wait_for(lambda: desk.journal.episodes[episode].ended)
    assert desk.disk.trouble == ""
    assert len(desk.journal.episodes[episode].spans) == 4


class HalfWriter:
    """A file object that takes half of what it is given, once."""

    def __init__(self, file: object) -> None:
        self.file = file
        self.failed = False

    def write(self, data: bytes) -> int:
        if self.failed:
            return int(self.file.write(data))  # type: ignore[attr-defined]
        self.failed = True
        return int(self.file.write(data[: len(data) // 2]))  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)


def test_a_half_written_record_is_taken_back(tmp_path: Path) -> None:
    file = AppendFile(tmp_path / "a.log")
    file.append(b"one")
    file._file = HalfWriter(file._file)  # type: ignore[assignment]
    with pytest.raises(OSError, match="space"):
        file.append(b"two")
    file.append(b"two")
    file.close()
    assert (tmp_path / "a.log").read_bytes() == frame(b"one") + frame(b"two")


def test_too_little_room_is_trouble_before_anything_fails(tmp_path: Path) -> None:
    disk = Disk(tmp_path, lambda call: call(), min_free_bytes=2**60)
    disk.start()
    assert "make room" in disk.trouble
    disk.close(10)


@pytest.mark.parametrize(("files", "size", "left"), [(3, 10**9, 3), (10, 25, 2), (0, 10**9, 0)])
def test_only_the_newest_finished_episodes_are_kept(
    tmp_path: Path, files: int, size: int, left: int
) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.log"
        path.write_bytes(b"x" * 10)
        os.utime(path, (number, number))
    prune(tmp_path, files, size)
    assert sorted(p.stem for p in tmp_path.iterdir()) == [str(n) for n in range(5 - left, 5)]


def event(kind: str = "armed") -> Event:
    return Event(id=uuid4(), at=1.0, kind=kind)


def test_events_are_kept_until_their_receipt(desk: Desk, tmp_path: Path) -> None:
    written: list[Event] = []
    log = EventLog(tmp_path, desk.disk, written.append)
    events = [event(), event(), event()]
    for each in events:
        log.append(each)
    desk.wait_for(lambda: len(written) == 3)
    assert log.acknowledge(events[1].id)
    assert not log.acknowledge(events[1].id)
    desk.close()
    again = EventLog(tmp_path, desk.disk, written.append)
    again.recover()
    assert list(again.waiting.values()) == [events[0], events[2]]


def test_the_event_log_shrinks_when_all_is_acknowledged(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robot_bridge.session.events.COMPACT_BYTES", 100)
    written: list[Event] = []
    log = EventLog(tmp_path, desk.disk, written.append)
    for _ in range(20):
        log.append(event())
    desk.wait_for(lambda: len(written) == 20)
    for each in tuple(written):
        log.acknowledge(each.id)
    last = event("stopped")
    desk.wait_for(desk.calls.empty)
    log.append(last)
    desk.wait_for(lambda: len(written) == 21)
    desk.close()
    again = EventLog(tmp_path, desk.disk, written.append)
    again.recover()
    assert list(again.waiting.values()) == [last]
    assert (tmp_path / "events.log").stat().st_size < 500


class StoppedClock:
    def now_ns(self) -> int:
        return 42

    def wall(self) -> float:
        return 1.5


def test_the_safety_log_has_both_clocks(desk: Desk, tmp_path: Path) -> None:
    log = SafetyLog(tmp_path, desk.disk, StoppedClock())
    log.write("armed", {"by": "ada"})
    desk.close()
    assert (tmp_path / "safety.log").read_text() == (
        '{"what": "armed", "monotonic_ns": 42, "wall": 1.5, "by": "ada"}\n'
    )


def test_a_journal_that_has_stopped_is_trouble(desk: Desk) -> None:
    assert desk.disk.trouble == ""
    desk.close()
    assert "restart the bridge" in desk.disk.trouble
