import torch
from torch import Tensor

from backend.vla.compact.eyes import Eyes
from tests.backend.vla.conftest import TINY


def pictures(count: int = 64) -> Tensor:
    return torch.randn(count, 1, 3, 16, 16, generator=torch.Generator().manual_seed(0))


def state(count: int = 64) -> Tensor:
    return torch.rand(count, TINY.foresight, generator=torch.Generator().manual_seed(1))


def test_what_patches_say_is_of_one_size_and_independent() -> None:
    eyes = Eyes(TINY)
    eyes.measure([pictures()])
    patches = eyes.look(pictures(), state(), 0).patches
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
    difference = eyes.look(changed, state(), 0).patches - eyes.look(pictures(), state(), 0).patches
    size = difference.square().mean(dim=(0, 2))
    assert size[0] > 2 * size[-1]


def test_the_forecasts_are_the_same_for_looks_and_for_training() -> None:
    eyes = Eyes(TINY)
    eyes.measure([pictures()])
    eyes.origin += 0.4
    eyes.per_unit += 60.0
    way, place = eyes.forecast(eyes.shrink(pictures()), 0)
    left = place - (state() - 0.4) * 60.0
    seen = eyes.look(pictures(), state(), 0).foresight
    assert torch.allclose(seen, torch.cat([way, left], dim=1), atol=1e-4)


def test_who_has_gone_a_part_of_the_way_to_the_place_has_the_rest_left() -> None:
    eyes = Eyes(TINY)
    eyes.per_unit[:, 0] = 50.0
    moved = state() + torch.tensor([0.01, 0.3] + [0.0] * (TINY.foresight - 2))
    before, after = (eyes.look(pictures(), one, 0).foresight for one in (state(), moved))
    gone = before - after
    assert torch.allclose(gone[:, TINY.foresight], torch.tensor(0.5), atol=1e-4)
    gone[:, TINY.foresight] = 0.0
    assert torch.allclose(gone, torch.tensor(0.0), atol=1e-5)
