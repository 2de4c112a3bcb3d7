import pickle

import pytest
import torch

from backend.storage.container import NotAContainer
from backend.storage.weights import LockMismatch, pack, unpack

TENSORS = {"b": torch.arange(3.0), "a": torch.tensor(7)}


def test_weights_survive_the_round_trip() -> None:
    tensors, metadata = unpack(pack(TENSORS, lock_sha256="k", updates=12), lock_sha256="k")
    assert metadata["updates"] == 12
    assert torch.equal(tensors["b"], TENSORS["b"])
    assert tensors["a"].dtype == torch.int64


def test_equal_weights_are_equal_bytes() -> None:
    turned = dict(reversed(TENSORS.items()))
    assert pack(TENSORS, lock_sha256="k", x=1) == pack(turned, lock_sha256="k", x=1)


def test_another_lock_is_refused() -> None:
    with pytest.raises(LockMismatch, match="VLA, token and robot"):
        unpack(pack(TENSORS, lock_sha256="k"), lock_sha256="other")


def test_a_pickle_is_refused_and_not_run() -> None:
    with pytest.raises(NotAContainer):
        unpack(pickle.dumps({"a": 1}), lock_sha256="k")
