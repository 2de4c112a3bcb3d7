"""Twelve bugs that other implementations of RLT had, each kept out by a test."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.normalisation import Normalisation
from backend.rl.policy import ActorPolicy
from backend.rl.replay import Batch, Replay
from backend.rl.rewards import Outcome
from backend.rl.schedule import UpdateSchedule
from backend.rl.transitions import StepSource
from tests.backend.rl.episodes import CONFIG, DIMS, episode, unit_normalisation, windows


def labelled(outcome: Outcome | None = "success") -> Replay:
    replay = Replay(DIMS, capacity=100, gamma=0.5)
    replay.add("a", windows(episode()), outcome)
    return replay


def slow_demonstrations() -> Normalisation:
    """Deviations of a thousandth of the action limit: many deviations fit inside the limits."""
    rng = np.random.default_rng(0)
    return Normalisation.fit(
        rng.normal(size=(500, 2)) * [1e-5, 1e-4], rng.normal(size=(500, 2)), [0.01, 0.01]
    )


def policy_with_bias(bias: float) -> tuple[ActorPolicy, Normalisation]:
    normalisation = slow_demonstrations()
    tensors = Rlt(CONFIG, DIMS, normalisation, seed=0).actor_state()
    for name in tensors:
        if name.startswith("actor."):
            tensors[name].zero_()
    tensors["actor.net.4.bias"].fill_(bias)
    return ActorPolicy.load(tensors), normalisation


def play(policy: ActorPolicy, reference: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return policy.act(torch.zeros(1, 3), torch.zeros(1, 2), reference, False, generator)


def test_bug_01_clipping_z_scores_at_one_cuts_the_action_range() -> None:
    policy, normalisation = policy_with_bias(50.0)
    chunk = play(policy, torch.zeros(1, 4, 2))
    expected = 50.0 * normalisation.action_std + normalisation.action_mean
    np.testing.assert_allclose(chunk[0, 0], expected, rtol=1e-4)
    policy, _ = policy_with_bias(1e6)
    assert play(policy, torch.zeros(1, 4, 2)).abs().max() == pytest.approx(0.01)


def test_bug_01_the_warmup_reference_is_not_clipped() -> None:
    policy, _ = policy_with_bias(0.0)
    reference = torch.full((1, 4, 2), 0.5)
    explored = policy.explore_reference(reference, torch.Generator().manual_seed(0))
    assert (explored - reference).abs().max() < 0.01


def test_bug_02_warmup_smaller_than_a_batch_never_ends() -> None:
    schedule = UpdateSchedule(replace(CONFIG, warmup_episodes=1, batch_size=64))
    assert not schedule.try_finish_warmup(episodes=500, windows=63)
    assert not schedule.warm
    assert schedule.try_finish_warmup(episodes=500, windows=64)


def test_bug_03_several_robots_do_not_divide_the_updates() -> None:
    # Three robots with ten windows each owe exactly what one robot with thirty windows owes.
    one, three = (UpdateSchedule(replace(CONFIG, warmup_updates=0)) for _ in range(2))
    for schedule in (one, three):
        assert schedule.try_finish_warmup(episodes=2, windows=8)
    one.added(30)
    for _robot in range(3):
        three.added(10)
    assert one.due == three.due == 150


def test_bug_04_a_key_pressed_often_ends_the_episode_once() -> None:
    replay = labelled(None)
    for _press in range(17):
        replay.set_outcome("a", "success")
    batch = replay.sample(200, torch.Generator().manual_seed(0))
    ended = sorted(set(batch.x[batch.discount == 0, 0].tolist()))
    # Only the two windows that hold the final step end it (anchors 6 and 8 of ten steps).
    assert ended == [6, 8]
    assert len(replay) == 5


def test_bug_05_no_burst_after_a_pause() -> None:
    schedule = UpdateSchedule(replace(CONFIG, warmup_updates=0, max_backlog=40))
    schedule.added(1_000_000)
    assert schedule.due == 0
    schedule.try_finish_warmup(episodes=2, windows=8)
    schedule.added(1_000_000)
    assert schedule.due == 40


def test_bug_06_switching_exploration_off_keeps_target_smoothing() -> None:
    wide = replace(CONFIG, target_low=-10.0, target_high=10.0)
    quiet = replace(wide, exploration_chunk=0.0, exploration_step=0.0)
    batch = labelled().sample(8, torch.Generator().manual_seed(0))

    def target(config: RltConfig, seed: int = 0) -> Tensor:
        rlt = Rlt(config, DIMS, unit_normalisation(), seed=0)
        return rlt._step._target(batch, torch.Generator().manual_seed(seed))

    assert torch.equal(target(quiet), target(wide))
    still = replace(quiet, target_noise=0.0)
    assert torch.equal(target(still, seed=0), target(still, seed=1))
    assert not torch.equal(target(quiet, seed=0), target(quiet, seed=1))


def test_bug_07_five_updates_use_five_batches() -> None:
    class Watched(Replay):
        def at(self, rows: Tensor) -> Batch:
            batch = super().at(rows)
            drawn.append(batch.x)
            return batch

    drawn: list[Tensor] = []
    replay = Watched(DIMS, capacity=100)
    replay.add("a", windows(episode()), "success")
    Rlt(CONFIG, DIMS, unit_normalisation(), seed=0).train(replay, 5)
    assert len(drawn) == 5
    assert len({tuple(x.flatten().tolist()) for x in drawn}) == 5


def test_bug_08_an_actor_without_weights_cannot_answer() -> None:
    with pytest.raises(ValueError, match="not an actor checkpoint"):
        ActorPolicy.load({})
    tensors = Rlt(CONFIG, DIMS, unit_normalisation(), seed=0).actor_state()
    del tensors["actor.net.4.bias"]
    with pytest.raises(RuntimeError, match="Missing key"):
        ActorPolicy.load(tensors)


def test_bug_09_a_success_is_more_than_one_rewarded_window() -> None:
    batch = labelled().sample(200, torch.Generator().manual_seed(0))
    assert set(batch.x[batch.reward > 0, 0].tolist()) == {6, 8}


def test_bug_10_references_are_those_made_at_the_anchor() -> None:
    # A slice of the plan made at anchor 0 would start with 4 at step 4; the anchor's own is 400.
    batch = labelled().sample(200, torch.Generator().manual_seed(0))
    first = batch.next_reference[batch.x[:, 0] == 0]
    assert (first[:, 0] == 400).all()


def test_bug_11_a_success_saved_by_a_person_is_paid() -> None:
    arrays = episode()
    arrays.source[6:] = StepSource.HUMAN
    replay = Replay(DIMS, capacity=100, gamma=0.5)
    replay.add("a", windows(arrays), "success")
    batch = replay.sample(200, torch.Generator().manual_seed(0))
    assert batch.reward.max() == 1.0


def test_bug_11_a_person_leaves_no_stale_token() -> None:
    arrays = episode()
    arrays.source[2:8] = StepSource.HUMAN
    made = windows(arrays)
    assert made.x[:, 0].tolist() == arrays.anchor_step.tolist()


def test_bug_12_noise_is_in_deviations_of_each_component() -> None:
    policy, normalisation = policy_with_bias(0.0)
    generator = torch.Generator().manual_seed(0)
    noise = policy.explore_reference(torch.zeros(4000, 4, 2), generator)
    spread = noise[:, 0].std(dim=0).numpy() / normalisation.action_std
    np.testing.assert_allclose(spread, np.hypot(0.3, 0.05), rtol=0.05)
