"""The safetensors container: one JSON document beside the tensors, and no code.

All metadata lives under one key, because the order of several is not kept, and the same content
must always be the same bytes.
"""

import json
import struct
from typing import Any

from backend.errors import ConfigError

METADATA_KEY = "rlt"

_LENGTH = struct.Struct("<Q")


class NotAContainer(ConfigError):
    """The bytes are not a safetensors file, or not one of ours."""

    title = "File not understood"


def metadata_of(document: dict[str, Any]) -> dict[str, str]:
    """The metadata argument of safetensors' writers."""
    return {METADATA_KEY: json.dumps(document, sort_keys=True, separators=(",", ":"))}


def read_metadata(content: bytes) -> dict[str, Any]:
    """The JSON document of a file, without reading its tensors."""
    try:
        (length,) = _LENGTH.unpack_from(content)
        header = json.loads(content[_LENGTH.size : _LENGTH.size + length])
        document = json.loads(header["__metadata__"][METADATA_KEY])
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise NotAContainer("This is not a file of the console: its header is missing.") from error
    if not isinstance(document, dict):
        raise NotAContainer("This is not a file of the console: its header is no JSON object.")
    return document
