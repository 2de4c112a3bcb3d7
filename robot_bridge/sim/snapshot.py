"""The few bytes that let another process picture the cell: task, seed and joint positions."""

import struct
from dataclasses import dataclass

import numpy as np

from robot_bridge.errors import ProtocolError
from robot_bridge.sim.poses import Vector

_MAGIC = b"SIM1"
_HEAD = struct.Struct("<4sBqH")


@dataclass(frozen=True)
class Snapshot:
    """One moment of the simulated cell. The seed fixes the layout, colours and light."""

    task: str
    seed: int
    positions: Vector


def pack(snapshot: Snapshot) -> bytes:
    """Bytes: magic, length of the task's name, seed, count of positions, name, positions."""
    name = snapshot.task.encode()
    head = _HEAD.pack(_MAGIC, len(name), snapshot.seed, len(snapshot.positions))
    return head + name + snapshot.positions.astype("<f8").tobytes()


def unpack(data: bytes) -> Snapshot:
    """The inverse of `pack`. Raises ProtocolError for anything else."""
    if len(data) < _HEAD.size or data[:4] != _MAGIC:
        raise ProtocolError("not a snapshot of the simulated cell; use its own cameras for it")
    _, named, seed, count = _HEAD.unpack_from(data)
    body = data[_HEAD.size :]
    if len(body) != named + 8 * count:
        raise ProtocolError(f"snapshot of {len(data)} bytes is cut short or too long")
    positions = np.frombuffer(body[named:], dtype="<f8").astype(np.float64)
    return Snapshot(body[:named].decode(), seed, positions)
