"""Bytes to messages and back.

One WebSocket frame is one message: msgpack of a tagged `msgspec.Struct`. Decoding checks every
type, refuses unknown tags and fields out of range, and never runs code found in the data.
"""

import math
from typing import Generic, TypeVar, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from robot_bridge.errors import ProtocolError

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
_MAX_DIMENSIONS = 8
_DTYPES = {"f4": np.float32, "f8": np.float64, "i4": np.int32, "u1": np.uint8}

M = TypeVar("M")


class Array(msgspec.Struct, frozen=True, array_like=True):
    """An n-dimensional array on the wire: little-endian, C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, values: NDArray[np.generic]) -> "Array":
        """Pack a numpy array of one of the allowed types (float32, float64, int32, uint8)."""
        code = values.dtype.str[1:]
        if code not in _DTYPES:
            raise ProtocolError(
                f"arrays of type {values.dtype} do not travel; use {sorted(_DTYPES)}"
            )
        return cls(code, values.shape, values.astype(values.dtype.newbyteorder("<")).tobytes())

    def numpy(self) -> NDArray[np.generic]:
        """Unpack; raises ProtocolError when type, shape and byte count do not agree."""
        kind = _DTYPES.get(self.dtype)
        if kind is None:
            raise ProtocolError(f"array type {self.dtype!r} is not allowed; use {sorted(_DTYPES)}")
        if len(self.shape) > _MAX_DIMENSIONS or any(not 0 <= n < 2**31 for n in self.shape):
            raise ProtocolError(f"array shape {self.shape[:_MAX_DIMENSIONS]} is not possible")
        expected = math.prod(self.shape) * np.dtype(kind).itemsize
        if len(self.data) != expected:
            raise ProtocolError(
                f"array of shape {self.shape} needs {expected} bytes, {len(self.data)} came"
            )
        return np.frombuffer(self.data, dtype=np.dtype(kind).newbyteorder("<")).reshape(self.shape)


def encode(message: msgspec.Struct) -> bytes:
    """One message as bytes."""
    return msgspec.msgpack.encode(message)


class Decoder(Generic[M]):
    """Decodes one direction of one session: anything outside its union is a ProtocolError."""

    def __init__(self, union: object) -> None:
        """`union` is a msgspec-decodable union of tagged structs, such as `PolicyUp`."""
        self._decoder: msgspec.msgpack.Decoder[M] = msgspec.msgpack.Decoder(cast("type[M]", union))

    def __call__(self, data: bytes) -> M:
        """Decode one frame; raises ProtocolError with the place of the fault."""
        if len(data) > MAX_MESSAGE_BYTES:
            raise ProtocolError(f"message of {len(data)} bytes is over {MAX_MESSAGE_BYTES}")
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            # Broken UTF-8 and nesting without end come as errors of Python, not of msgspec.
            raise ProtocolError(f"message refused: {error}") from error
