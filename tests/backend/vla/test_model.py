from typing import Any

import numpy as np
import pytest
import torch

from backend.vla.base import Prefix
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.model import CompactVla


def look(
    vla: CompactVla, seed: int = 0, rows: int = 2, instruction: str = "Go to the dot."
) -> Prefix:
    rng = np.random.default_rng(seed)
    images = {"top": rng.integers(0, 255, (rows, 16, 16, 3), dtype=np.uint8)}
    return vla.prefix(images, torch.zeros(rows, 3), instruction)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_shapes_match_the_spec(vla: CompactVla) -> None:
    prefix = look(vla)
    assert prefix.embeddings.shape == (2, vla.spec.tokens, vla.spec.width)
    assert vla.chunk(prefix, generator()).shape == (2, 10, 2)


def test_same_noise_same_chunk(vla: CompactVla) -> None:
    prefix = look(vla)
    assert torch.equal(vla.chunk(prefix, generator()), vla.chunk(prefix, generator()))


def test_rows_do_not_mix(vla: CompactVla) -> None:
    both = look(vla, rows=2).embeddings
    rng = np.random.default_rng(0)
    first = rng.integers(0, 255, (2, 16, 16, 3), dtype=np.uint8)[:1]
    alone = vla.prefix({"top": first}, torch.zeros(1, 3), "Go to the dot.").embeddings
    assert torch.allclose(both[:1], alone, atol=1e-5)


def test_picture_state_and_words_all_matter(vla: CompactVla) -> None:
    base = look(vla).embeddings
    assert not torch.allclose(base, look(vla, seed=1).embeddings, atol=1e-4)
    assert not torch.allclose(base, look(vla, instruction="Leave it.").embeddings, atol=1e-6)
    rng = np.random.default_rng(0)
    images = {"top": rng.integers(0, 255, (2, 16, 16, 3), dtype=np.uint8)}
    moved = vla.prefix(images, torch.full((2, 3), 0.01), "Go to the dot.").embeddings
    assert not torch.allclose(base, moved, atol=1e-4)


def test_chunk_is_in_physical_units(vla: CompactVla) -> None:
    # An untrained model still answers around the demonstrations' mean, in metres.
    assert vla.chunk(look(vla), generator()).abs().max() < 0.05


def test_velocity_field_points_from_noise_to_actions(
    vla: CompactVla, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a velocity of (target - noise) at every time, Euler steps end at the target exactly.
    target = torch.full((1, 10, 2), 0.7)
    expert = vla.network.expert
    start = torch.randn(1, 10, 2, generator=generator())
    monkeypatch.setattr(expert, "forward", lambda noisy, time, memory: target - start)
    memory = [(torch.zeros(1, 2, 5, 8), torch.zeros(1, 2, 5, 8))]
    assert torch.allclose(expert.sample(memory, generator(), steps=5), target, atol=1e-6)


def test_missing_and_wrong_pictures_are_refused(vla: CompactVla) -> None:
    with pytest.raises(ValueError, match="needs images of top"):
        vla.prefix({}, torch.zeros(1, 3), "Go.")
    with pytest.raises(ValueError, match="16x16"):
        vla.prefix({"top": np.zeros((1, 8, 8, 3), np.uint8)}, torch.zeros(1, 3), "Go.")


SIZES: dict[str, Any] = {
    "tasks": ("t",),
    "cameras": ("a",),
    "state": 3,
    "foresight": 3,
    "action": 2,
}


@pytest.mark.parametrize(
    "wrong", [{"image_size": 98}, {"pool": 3}, {"horizon": 51}, {"width": 130}]
)
def test_sizes_that_do_not_divide_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="multiple"):
        CompactConfig(**(SIZES | wrong))


def test_the_eyes_forecast_all_of_proprioception() -> None:
    assert CompactConfig(**SIZES).foresight == 3
    with pytest.raises(ValueError, match="foresight must be the state's 3 components, not 2"):
        CompactConfig(**(SIZES | {"foresight": 2}))
