import torch
from torch import Tensor

from backend.vla.compact.foresight import apply, fit


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_linear_relation_is_found_with_its_offset() -> None:
    looks = normal(400, 6)
    wanted = looks @ normal(6, 2, seed=1) + torch.tensor([3.0, -1.0])
    found = fit(looks, wanted, torch.ones(400), torch.arange(400) // 8)
    assert torch.allclose(apply(looks, found.weight), wanted, atol=0.05)


def test_honest_forecasts_have_not_seen_their_episode() -> None:
    # Each episode has a pixel of its own and an answer of its own: it can only be known by heart.
    episode = torch.arange(60) // 3
    looks = torch.nn.functional.one_hot(episode).float()
    wanted = normal(20, 1, seed=2)[episode]
    found = fit(looks, wanted, torch.ones(60), episode)
    by_heart = (apply(looks, found.weight) - wanted).square().mean()
    assert by_heart < 0.2 * (found.honest - wanted).square().mean()


def test_the_penalty_is_chosen_on_episodes_left_out() -> None:
    # Many useless pixels: little penalty fits noise, and must lose.
    looks = normal(60, 50)
    wanted = looks[:, :1] + 2.0 * normal(60, 1, seed=3)
    assert fit(looks, wanted, torch.ones(60), torch.arange(60)).ridge == 0.1
    assert fit(looks, looks[:, :1], torch.ones(60), torch.arange(60)).ridge == 1e-3


def test_weights_decide_where_the_map_is_right() -> None:
    # A bend that no straight line follows everywhere.
    looks = torch.linspace(0.0, 2.0, 200).unsqueeze(1)
    wanted, late = looks.square(), looks[:, 0] > 1.8

    def worst(weight: Tensor) -> float:
        found = fit(looks, wanted, weight, torch.arange(200))
        return float((apply(looks, found.weight) - wanted)[late].abs().max())

    assert worst(late + 1e-3) < 0.4 * worst(torch.ones(200))
