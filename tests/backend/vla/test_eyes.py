import torch
from torch import Tensor

from backend.vla.compact.eyes import Eyes
from tests.backend.vla.conftest import TINY


def pictures(count: int = 64) -> Tensor:
    return torch.randn(count, 1, 3, 16, 16, generator=torch.Generator().manual_seed(0))


def test_what_patches_say_is_of_one_size_and_independent() -> None:
    eyes = Eyes(TINY)
    eyes.measure([pictures()])
    patches = eyes.look(pictures(), 0).patches
    told = patches.std(dim=0, correction=0) > 0.9
    assert told.any(dim=1).all()
    for patch in range(patches.shape[1]):
        seen = patches[:, patch, told[patch]]
        among = seen.T.cov(correction=0).reshape(seen.shape[1], -1)
        assert torch.allclose(among, torch.eye(len(among)), atol=0.02)


def test_a_patch_sees_its_own_part_best() -> None:
    eyes = Eyes(TINY)
    eyes.measure([pictures()])
    changed = pictures()
    changed[..., :2, :2] += 1.0
    difference = eyes.look(changed, 0).patches - eyes.look(pictures(), 0).patches
    size = difference.square().mean(dim=(0, 2))
    assert size[0] > 2 * size[-1]


def test_the_forecast_is_the_same_for_looks_and_for_training() -> None:
    eyes = Eyes(TINY)
    eyes.measure([pictures()])
    straight = eyes.forecast(eyes.shrink(pictures()), 0)
    assert torch.allclose(eyes.look(pictures(), 0).foresight, straight, atol=1e-5)
