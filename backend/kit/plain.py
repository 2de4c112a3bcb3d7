"""Turns what came over a wire into JSON that Postgres and browsers accept."""

import math
from collections.abc import Mapping
from typing import Any

LARGEST = 2**53
"""Integers from here on lose digits in a browser; they travel as text."""


def plain(value: object) -> Any:  # noqa: ANN401
    """`value` as JSON types: no NaN, no infinity, no NUL characters, no bytes."""
    if isinstance(value, Mapping):
        return {_words(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < LARGEST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    return _words(str(value))


def _words(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
