import pytest
import torch
from torch import Tensor

from backend.rl.algorithms.rlt import Rlt
from backend.rl.policy import ActorPolicy
from tests.backend.rl.episodes import CONFIG, DIMS, unit_normalisation


@pytest.fixture
def policy() -> ActorPolicy:
    return ActorPolicy.load(Rlt(CONFIG, DIMS, unit_normalisation(), seed=0).actor_state())


def act(policy: ActorPolicy, *, explore: bool, seed: int = 0) -> Tensor:
    return policy.act(
        torch.ones(2, 3),
        torch.ones(2, 2),
        torch.ones(2, 4, 2),
        explore,
        torch.Generator().manual_seed(seed),
    )


def test_shape_and_repeatability(policy: ActorPolicy) -> None:
    first = act(policy, explore=False)
    assert first.shape == (2, 4, 2)
    assert torch.equal(first, act(policy, explore=False, seed=9))


def test_exploring_follows_the_generator(policy: ActorPolicy) -> None:
    assert torch.equal(act(policy, explore=True, seed=1), act(policy, explore=True, seed=1))
    assert not torch.equal(act(policy, explore=True, seed=1), act(policy, explore=True, seed=2))


def test_actor_answers_what_the_learner_computes() -> None:
    rlt = Rlt(CONFIG, DIMS, unit_normalisation(), seed=0)
    chunk = act(ActorPolicy.load(rlt.actor_state()), explore=False)
    expected = rlt.networks.actor(torch.ones(2, 5), torch.ones(2, 8)).view(2, 4, 2)
    assert torch.allclose(chunk, expected)


def test_later_learning_does_not_leak_into_a_loaded_actor() -> None:
    rlt = Rlt(CONFIG, DIMS, unit_normalisation(), seed=0)
    policy = ActorPolicy.load(rlt.actor_state())
    before = act(policy, explore=False)
    with torch.no_grad():
        for parameter in rlt.networks.actor.parameters():
            parameter.add_(1.0)
    assert torch.equal(act(policy, explore=False), before)


def test_chunk_noise_is_shared_by_the_steps_of_a_chunk(policy: ActorPolicy) -> None:
    noise = policy.explore_reference(torch.zeros(500, 4, 2), torch.Generator().manual_seed(0))
    # Deviations 0.3 per chunk and 0.05 per step.
    assert noise.mean(dim=1).std().item() == pytest.approx(0.3, rel=0.1)
    assert (noise - noise.mean(dim=1, keepdim=True)).std().item() == pytest.approx(0.043, rel=0.1)
