"""The written-out gradients are autograd's."""

import pytest
import torch
from torch import Tensor

from backend.rl.actor import Actor
from backend.rl.critic import Critics
from backend.rl.dims import Dims
from backend.rl.flat import Flat
from backend.rl.losses import (
    actor_loss,
    chunk_distance,
    critic_loss,
    critic_slope,
    distance_slope,
)
from backend.rl.passes import ActorPass, CriticsPass

DIMS = Dims(token=5, state=3, action=2, chunk=4)


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def actor() -> Actor:
    torch.manual_seed(0)
    return Actor(DIMS, 16)


@pytest.fixture
def critics() -> Critics:
    torch.manual_seed(1)
    return Critics(DIMS, 16)


def expected(network: torch.nn.Module, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(network.parameters())))


def close(made: list[Tensor], wanted: list[Tensor]) -> None:
    for mine, theirs in zip(made, wanted, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)


def gradients(network: torch.nn.Module) -> list[Tensor]:
    return [p.grad for p in network.parameters() if p.grad is not None]


@pytest.mark.parametrize("batch", [1, 7])
def test_actor(actor: Actor, batch: int) -> None:
    x, reference, target = noise(batch, 8), noise(batch, 8, seed=1), noise(batch, 8, seed=2)
    chunk = actor(x, reference)
    wanted = expected(actor, chunk_distance(chunk, target).mean())
    Flat(actor)
    way = ActorPass(actor)
    close([way.forward(x, reference)], [chunk.detach()])
    way.backward(distance_slope(chunk.detach(), target))
    close(gradients(actor), wanted)


@pytest.mark.parametrize("batch", [1, 7])
def test_critics(critics: Critics, batch: int) -> None:
    x, chunk, target = noise(batch, 8), noise(batch, 8, seed=1), noise(batch, seed=2)
    q = critics(x, chunk)
    wanted = expected(critics, critic_loss(q, target))
    Flat(critics)
    way = CriticsPass(critics)
    close([way.forward(x, chunk)], [q.detach()])
    way.backward(critic_slope(q.detach(), target))
    close(gradients(critics), wanted)


def test_slope_of_the_chunk_leaves_the_critics_alone(critics: Critics) -> None:
    x, chunk, target = noise(7, 8), noise(7, 8, seed=1).requires_grad_(), noise(7, 8, seed=2)
    q = critics(x, chunk)
    loss, _ = actor_loss(q.mean(dim=0), chunk, target, torch.tensor(0.0))
    (wanted,) = torch.autograd.grad(loss, chunk)
    Flat(critics)
    way = CriticsPass(critics)
    way.forward(x, chunk.detach())
    close([way.chunk_slope(torch.full((2, 7), -1 / 14), 8)], [wanted])
    assert all(not gradient.any() for gradient in gradients(critics))


def test_another_batch_size_takes_other_memory(actor: Actor) -> None:
    way = ActorPass(actor)
    first = way.forward(noise(7, 8), noise(7, 8)).clone()
    way.forward(noise(3, 8), noise(3, 8))
    assert torch.equal(way.forward(noise(7, 8), noise(7, 8)), first)


def test_flat_parameters_are_the_networks_own(actor: Actor) -> None:
    before = [parameter.detach().clone() for parameter in actor.parameters()]
    flat = Flat(actor)
    for parameter, value in zip(actor.parameters(), before, strict=True):
        assert torch.equal(parameter, value)
    flat.vector.zero_()
    assert all(not parameter.any() for parameter in actor.parameters())
    actor.load_state_dict({k: torch.ones_like(v) for k, v in actor.state_dict().items()})
    assert flat.vector.sum() == sum(parameter.numel() for parameter in actor.parameters())


def test_flat_copy_follows(actor: Actor) -> None:
    slow, fast = Flat(Actor(DIMS, 16)), Flat(actor)
    slow.copy_(fast)
    fast.vector.add_(1.0)
    slow.follow(fast, 0.25)
    torch.testing.assert_close(fast.vector - slow.vector, torch.full_like(slow.vector, 0.75))
