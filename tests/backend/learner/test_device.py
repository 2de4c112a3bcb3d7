import pytest
import torch

from backend.errors import ConfigError
from backend.learner.device import learning_device


def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert learning_device("auto").type == learning_device("cuda").type == "cuda"
    assert learning_device("cpu").type == "cpu"


def test_a_gpu_that_is_not_there_is_not_replaced_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert learning_device("auto").type == learning_device("cpu").type == "cpu"
    with pytest.raises(ConfigError, match="RLT_LEARNER_DEVICE"):
        learning_device("cuda")
