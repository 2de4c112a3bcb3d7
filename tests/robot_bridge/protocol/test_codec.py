import contextlib
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.codec import MAX_MESSAGE_BYTES, Array, Decoder, encode
from robot_bridge.protocol.messages import (
    Command,
    CommandKind,
    Drive,
    Heartbeat,
    Observation,
    decode_control_down,
    decode_control_up,
    decode_policy_down,
    decode_policy_up,
)

DECODERS: tuple[Decoder[Any], ...] = (
    decode_control_down,
    decode_control_up,
    decode_policy_down,
    decode_policy_up,
)
SEEDS = [
    Heartbeat(sent_ns=5),
    Drive(sequence=1, lease_epoch=2, twist=(0, 0, 0, 0, 0, 1.0)),
    Command(
        id=UUID(int=1), kind=CommandKind.STOP, issued_by="ada", lease_epoch=3, args={"a": [1, {}]}
    ),
    Observation(
        episode_id=UUID(int=2),
        step=0,
        delay=0,
        rl=False,
        images=(),
        state=Array.of(np.zeros(3, np.float32)),
        sent_ns=0,
    ),
]


def only_protocol_errors(data: bytes) -> None:
    for decode in DECODERS:
        with contextlib.suppress(ProtocolError):
            decode(data)


@settings(max_examples=300)
@given(st.binary(max_size=200))
@example(b"\x91" * 100_000 + b"\x01")
@example(b"\x82\xa4type\xa9hear\x97bzat\xa7s\x9ant_n<\x05")
def test_random_bytes_raise_nothing_but_protocol_errors(data: bytes) -> None:
    only_protocol_errors(data)


@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=6))
def test_mutated_messages_raise_nothing_but_protocol_errors(
    seed: msgspec.Struct, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(encode(seed))
    for place, value in changes:
        data[place % len(data)] = value
    only_protocol_errors(bytes(data))


def test_nesting_without_end_is_a_protocol_error() -> None:
    deep = b"\x82\xa4type\xa7command\xa4args\x81\xa1a" + b"\x91" * 100_000
    with pytest.raises(ProtocolError):
        decode_control_down(deep)


def test_a_message_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(ProtocolError, match="over"):
        decode_control_up(b"\x00" * (MAX_MESSAGE_BYTES + 1))


@given(
    arrays(
        st.sampled_from([np.float32, np.float64, np.int32, np.uint8]),
        array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_arrays_come_back_as_they_were(values: NDArray[np.generic]) -> None:
    back = Array.of(values).numpy()
    assert back.dtype == values.dtype
    assert back.shape == values.shape
    assert back.tobytes() == np.ascontiguousarray(values).tobytes()


def test_big_endian_values_travel_as_values() -> None:
    values = np.array([1.0, 2.5], dtype=">f4")
    assert Array.of(values).numpy().tolist() == [1.0, 2.5]


def test_types_that_could_hide_code_do_not_travel() -> None:
    with pytest.raises(ProtocolError, match="do not travel"):
        Array.of(np.array([object()], dtype=object))


@given(
    st.sampled_from(["f4", "f8", "i4", "u1", "O", ""]),
    st.lists(st.integers(-5, 2**70), max_size=70),
    st.binary(max_size=64),
)
def test_arrays_that_do_not_add_up_raise_nothing_but_protocol_errors(
    dtype: str, shape: list[int], data: bytes
) -> None:
    with contextlib.suppress(ProtocolError):
        Array(dtype, tuple(shape), data).numpy()
