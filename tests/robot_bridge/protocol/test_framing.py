from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot_bridge.errors import JournalError
from robot_bridge.protocol.framing import frame, read_span, recover, scan

PAYLOADS = st.lists(st.binary(max_size=60), max_size=8)


@given(PAYLOADS, st.integers(0, 600))
def test_a_file_cut_anywhere_keeps_all_whole_records(payloads: list[bytes], cut: int) -> None:
    data = b"".join(frame(payload) for payload in payloads)
    spans, end = scan(data[:cut])
    found = [data[offset : offset + length] for offset, length in spans]
    ends = [sum(len(frame(p)) for p in payloads[: n + 1]) for n in range(len(payloads))]
    whole = sum(1 for place in ends if place <= cut)
    assert found == payloads[:whole]
    assert end == (ends[whole - 1] if whole else 0)


@given(PAYLOADS.filter(bool), st.integers(0), st.integers(1, 255))
def test_a_flipped_bit_ends_the_file_there(payloads: list[bytes], place: int, flip: int) -> None:
    data = bytearray(b"".join(frame(payload) for payload in payloads))
    place %= len(data)
    data[place] ^= flip
    spans, end = scan(bytes(data))
    assert end <= place
    assert [bytes(data[o : o + n]) for o, n in spans] == payloads[: len(spans)]


def test_recovery_cuts_the_torn_tail_off_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(frame(b"one") + frame(b"two")[:-1])
    payloads, spans = recover(path)
    assert payloads == [b"one"]
    assert path.read_bytes() == frame(b"one")
    assert read_span(path, spans[0]) == b"one"


def test_a_record_that_the_disk_lost_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(frame(b"one"))
    _, spans = recover(path)
    path.write_bytes(frame(b"two"))
    assert read_span(path, spans[0]) == b"two"
    data = bytearray(frame(b"one"))
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(JournalError, match="damaged"):
        read_span(path, spans[0])
    path.unlink()
    with pytest.raises(JournalError, match="cannot read"):
        read_span(path, spans[0])
