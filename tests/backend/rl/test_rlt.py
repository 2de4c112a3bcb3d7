import pytest
import torch
from safetensors.torch import load, save

from backend.rl.algorithms.rlt import Rlt
from backend.rl.replay import Replay
from tests.backend.rl.episodes import CONFIG, DIMS, episode, unit_normalisation, windows


def fresh(seed: int = 0) -> Rlt:
    return Rlt(CONFIG, DIMS, unit_normalisation(), seed=seed)


@pytest.fixture
def replay() -> Replay:
    made = fresh().new_replay()
    for number in range(4):
        arrays = episode(10 + number)
        arrays.reference[:] /= 1000.0
        arrays.action[:] /= 10.0
        made.add(str(number), windows(arrays), "success" if number % 2 else "failure")
    return made


def test_same_seed_same_learning(replay: Replay) -> None:
    first, second = fresh(), fresh()
    assert first.train(replay, 6) == second.train(replay, 6)
    assert fresh(1).train(replay, 6) != first.train(replay, 6)


def test_saved_and_loaded_it_goes_on_exactly(replay: Replay) -> None:
    whole, half = fresh(), fresh()
    whole.train(replay, 10)
    half.train(replay, 5)
    resumed = fresh(seed=77)
    resumed.load_state_dict(load(save(half.state_dict())))
    resumed.train(replay, 5)
    for name, value in whole.networks.state_dict().items():
        assert torch.equal(value, resumed.networks.state_dict()[name]), name
    assert resumed.updates == 10


def test_beta_can_be_changed_while_it_learns(replay: Replay) -> None:
    free, bound = fresh(), fresh()
    free.beta, bound.beta = 0.0, 1.0
    for rlt in (free, bound):
        rlt.train(replay, 200)
    assert 2 * bound.train(replay, 10).bc_distance < free.train(replay, 10).bc_distance


def test_actor_moves_every_second_update_only(replay: Replay) -> None:
    rlt = fresh()
    before = {k: v.clone() for k, v in rlt.networks.actor.state_dict().items()}
    rlt.train(replay, 1)
    assert all(torch.equal(v, before[k]) for k, v in rlt.networks.actor.state_dict().items())
    rlt.train(replay, 1)
    assert not all(torch.equal(v, before[k]) for k, v in rlt.networks.actor.state_dict().items())


def test_a_frozen_actor_stays_while_the_critics_learn(replay: Replay) -> None:
    rlt = fresh()
    rlt.train(replay, 4)
    actor, critics = (
        {k: v.clone() for k, v in network.state_dict().items()}
        for network in (rlt.networks.actor, rlt.networks.critics)
    )
    rlt.actor_frozen = True
    rlt.train(replay, 4)
    assert all(torch.equal(v, actor[k]) for k, v in rlt.networks.actor.state_dict().items())
    moved = rlt.networks.critics.state_dict()
    assert not all(torch.equal(v, critics[k]) for k, v in moved.items())
    rlt.actor_frozen = False
    rlt.train(replay, 2)
    assert not all(torch.equal(v, actor[k]) for k, v in rlt.networks.actor.state_dict().items())


def test_actor_step_leaves_the_critics_alone(replay: Replay) -> None:
    rlt = fresh()
    batch = replay.sample(8, torch.Generator().manual_seed(0))
    before = {k: v.clone() for k, v in rlt.networks.critics.state_dict().items()}
    rlt._step.actor(batch, torch.tensor(0.1), torch.Generator().manual_seed(0))
    assert all(torch.equal(v, before[k]) for k, v in rlt.networks.critics.state_dict().items())


def test_slow_copies_follow_by_tau(replay: Replay) -> None:
    rlt = fresh()
    start = rlt.networks.target_critics.second.clone()
    rlt.train(replay, 1)
    expected = torch.lerp(start, rlt.networks.critics.second.detach(), CONFIG.tau)
    assert torch.allclose(rlt.networks.target_critics.second, expected)


def test_robots_play_a_running_mean_of_the_actor(replay: Replay) -> None:
    rlt = fresh()
    start = rlt.networks.played_actor.state_dict()["net.0.weight"].clone()
    rlt.train(replay, 2)
    learned = rlt.networks.actor.state_dict()["net.0.weight"]
    expected = torch.lerp(start, learned, CONFIG.actor_average)
    assert not torch.equal(expected, start)
    assert torch.allclose(rlt.actor_state()["actor.net.0.weight"], expected)


def test_pretraining_copies_the_reference(replay: Replay) -> None:
    rlt = fresh()
    before = rlt.pretrain(replay, 1).bc_distance
    after = rlt.pretrain(replay, 300).bc_distance
    assert after < 0.3 * before
    for name, value in rlt.networks.actor.state_dict().items():
        assert torch.equal(value, rlt.networks.target_actor.state_dict()[name])
        assert torch.equal(value, rlt.actor_state()[f"actor.{name}"])


def test_no_updates_is_a_mistake(replay: Replay) -> None:
    with pytest.raises(ValueError, match="at least one"):
        fresh().train(replay, 0)
