"""Records in a file: length, CRC-32, bytes. A torn tail is found and cut off, never guessed at."""

import struct
import zlib
from pathlib import Path

from robot_bridge.errors import JournalError

_HEADER = struct.Struct("<II")
MAX_RECORD_BYTES = 64 * 1024 * 1024

Span = tuple[int, int]
"""Offset and length of one record's bytes inside its file."""


def frame(payload: bytes) -> bytes:
    """One record as it lies in the file."""
    return _HEADER.pack(len(payload), zlib.crc32(payload)) + payload


def span_of(start: int, payload: bytes) -> Span:
    """Where the payload of a record that begins at `start` lies."""
    return start + _HEADER.size, len(payload)


def scan(data: bytes) -> tuple[list[Span], int]:
    """All whole records from the beginning, and where the last of them ends."""
    spans: list[Span] = []
    end = 0
    while end + _HEADER.size <= len(data):
        length, checksum = _HEADER.unpack_from(data, end)
        begin = end + _HEADER.size
        if length > MAX_RECORD_BYTES or begin + length > len(data):
            break
        if zlib.crc32(data[begin : begin + length]) != checksum:
            break
        spans.append((begin, length))
        end = begin + length
    return spans, end


def read_span(path: Path, span: Span) -> bytes:
    """The bytes of one record, checked again; raises JournalError when the disk lost them."""
    offset, length = span
    try:
        with path.open("rb") as file:
            file.seek(offset - _HEADER.size)
            head = file.read(_HEADER.size)
            payload = file.read(length)
    except OSError as error:
        raise JournalError(f"cannot read {path.name}: {error.strerror}") from error
    if len(payload) != length or _HEADER.unpack(head) != (length, zlib.crc32(payload)):
        raise JournalError(f"{path.name} is damaged at byte {offset}")
    return payload


def recover(path: Path) -> tuple[list[bytes], list[Span]]:
    """Read a file after a crash and cut its torn tail off."""
    data = path.read_bytes()
    spans, end = scan(data)
    if end < len(data):
        with path.open("r+b") as file:
            file.truncate(end)
    return [data[offset : offset + length] for offset, length in spans], spans
