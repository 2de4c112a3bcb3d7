import numpy as np
import pytest

from robot_bridge.errors import ProtocolError
from robot_bridge.sim.snapshot import Snapshot, pack, unpack


def test_a_snapshot_survives_the_round_trip() -> None:
    moment = Snapshot("ethernet", 2**40 + 7, np.array([0.1, -0.2, 1e-9]))
    back = unpack(pack(moment))
    assert (back.task, back.seed) == (moment.task, moment.seed)
    assert np.array_equal(back.positions, moment.positions)
    assert len(pack(moment)) < 100


@pytest.mark.parametrize("data", [b"", b"JPEGJPEGJPEGJPEGJPEG"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a snapshot"):
        unpack(data)


def test_a_cut_snapshot_is_refused() -> None:
    with pytest.raises(ProtocolError, match="cut short"):
        unpack(pack(Snapshot("ethernet", 1, np.zeros(7)))[:-3])
