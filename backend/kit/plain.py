"""Turns what came over a wire into JSON that Postgres and browsers accept."""

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID


def plain(value: object) -> Any:  # noqa: ANN401
    """`value` as JSON types: no NaN, no infinity, no NUL characters, no bytes."""
    if isinstance(value, Mapping):
        return {_words(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    if isinstance(value, UUID):
        return str(value)
    return _words(str(value))


def _words(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
