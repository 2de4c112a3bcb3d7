"""Lossless pictures for papers, without a picture library."""

import struct
import zlib

import numpy as np

from robot_bridge.cameras.base import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TRUE_COLOUR = 2


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def encode(pixels: Pixels) -> bytes:
    """RGB pixels [height, width, 3] as a PNG file.

    Each row is stored plain, minus its left or minus its upper neighbours, whichever is smallest.
    """
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, width * 3)
    left, above = np.zeros_like(rows), np.zeros_like(rows)
    left[:, 3:], above[1:] = rows[:, :-3], rows[:-1]
    ways = np.stack([rows, rows - left, rows - above])
    best = np.abs(ways.view(np.int8).astype(np.int16)).sum(axis=2).argmin(axis=0)
    body = np.empty((height, 1 + width * 3), dtype=np.uint8)
    body[:, 0], body[:, 1:] = best, ways[best, np.arange(height)]
    head = struct.pack(">IIBBBBB", width, height, 8, _TRUE_COLOUR, 0, 0, 0)
    data = zlib.compress(body.tobytes(), 9)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def sheet(cells: list[list[Pixels]], gap: int = 2) -> Pixels:
    """Pictures of one size in rows and columns, with a white gap between them."""
    height, width, _ = cells[0][0].shape
    down, across = len(cells), len(cells[0])
    size = (down * (height + gap) - gap, across * (width + gap) - gap, 3)
    page: Pixels = np.full(size, 255, dtype=np.uint8)
    for row, line in enumerate(cells):
        for column, picture in enumerate(line):
            top, side = row * (height + gap), column * (width + gap)
            page[top : top + height, side : side + width] = picture
    return page
