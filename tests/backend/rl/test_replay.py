import pytest
import torch

from backend.rl.replay import Batch, Replay, blurred
from backend.rl.transitions import StepSource
from tests.backend.rl.episodes import DIMS, episode, windows


@pytest.fixture
def replay() -> Replay:
    return Replay(DIMS, capacity=100, gamma=0.5)


def draw(replay: Replay, size: int = 64, seed: int = 0) -> Batch:
    return replay.sample(size, torch.Generator().manual_seed(seed))


def test_unlabelled_and_discarded_episodes_are_not_sampled(replay: Replay) -> None:
    assert replay.add("a", windows(episode())) == 5
    replay.add("b", windows(episode()), "discard")
    assert len(replay) == 0
    with pytest.raises(ValueError, match="label some episodes"):
        draw(replay)


def test_label_brings_the_rewards(replay: Replay) -> None:
    replay.add("a", windows(episode()))
    replay.set_outcome("a", "success")
    batch = draw(replay)
    # Lengths 4 4 4 3 1, the last two hold the final step: rewards 0 0 0 0.25 1.
    assert set(batch.reward.tolist()) == {0.0, 0.25, 1.0}
    assert (batch.discount[batch.reward > 0] == 0).all()


def test_corrected_label_changes_rewards_in_place(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    replay.set_outcome("a", "failure")
    assert draw(replay).reward.sum() == 0
    replay.set_outcome("a", "discard")
    assert len(replay) == 0
    replay.set_outcome("a", "success")
    assert draw(replay).reward.sum() > 0
    replay.set_outcome("a", None)
    assert len(replay) == 0


def test_label_of_an_unknown_episode_is_ignored(replay: Replay) -> None:
    replay.set_outcome("never-seen", "success")
    assert len(replay) == 0


def test_sampling_is_repeatable(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    assert torch.equal(draw(replay, seed=3).x, draw(replay, seed=3).x)
    assert not torch.equal(draw(replay, seed=3).x, draw(replay, seed=4).x)


def test_noise_is_on_what_is_seen_and_on_nothing_else(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    batch = draw(replay, 4000)
    noisy = blurred(batch, 0.1, torch.Generator().manual_seed(1))
    for ours, plain in ((noisy.x, batch.x), (noisy.next_x, batch.next_x)):
        assert float((ours - plain).std()) == pytest.approx(0.1, rel=0.05)
    for name in ("reference", "action", "target", "reward", "discount", "next_reference"):
        assert torch.equal(getattr(noisy, name), getattr(batch, name))
    assert blurred(batch, 0.0, torch.Generator()) is batch


def test_next_state_and_next_reference_belong_to_the_following_anchor(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    batch = draw(replay)
    row = int((batch.x[:, 0] == 2).nonzero()[0])
    assert batch.next_x[row, 0] == 6
    assert batch.next_reference[row, 0] == 600


def test_oldest_episodes_leave_whole_when_the_ring_is_full() -> None:
    replay = Replay(DIMS, capacity=14)
    for name in "abc":
        replay.add(name, windows(episode()), "success")
    # Six rows each: a at 0..5, b at 6..11, c wraps to 0..5 and takes the place of a.
    assert [name in replay for name in "abc"] == [False, True, True]
    assert len(replay) == 10
    assert set(draw(replay).x[:, 0].tolist()) == {0, 2, 4, 6, 8}


def test_too_long_episodes_second_copies_and_other_tokens_are_refused(replay: Replay) -> None:
    replay.add("a", windows(episode()))
    with pytest.raises(ValueError, match="already"):
        replay.add("a", windows(episode()))
    with pytest.raises(ValueError, match="does not fit"):
        Replay(DIMS, capacity=3).add("a", windows(episode()))
    narrow = Replay(type(DIMS)(token=9, state=2, action=2, chunk=4), capacity=50)
    with pytest.raises(ValueError, match="another token"):
        narrow.add("a", windows(episode()))


def test_dropped_episode_is_gone(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    replay.drop("a")
    assert len(replay) == 0
    assert "a" not in replay


def test_composition_counts_labelled_windows_by_driver(replay: Replay) -> None:
    replay.add("a", windows(episode()), "success")
    replay.add("b", windows(episode(source=StepSource.RL)), "failure")
    replay.add("c", windows(episode(source=StepSource.HUMAN)))
    assert replay.composition() == {"base": 5, "rl": 5, "human": 0}
    replay.set_outcome("c", "success")
    assert replay.composition()["human"] == 5
    assert replay.episodes == 3


def test_human_share_reserves_part_of_each_batch() -> None:
    replay = Replay(DIMS, capacity=100, human_share=0.5)
    for number in range(10):
        replay.add(str(number), windows(episode()), "success")
    alone = episode(source=StepSource.HUMAN)
    alone.z[:] = -1
    replay.add("person", windows(alone), "success")
    assert (draw(replay, 64).x[:, 0] == -1).sum() >= 32


def test_empty_episode_adds_nothing(replay: Replay) -> None:
    assert replay.add("a", windows(episode(hand_off_step=None)), "success") == 0
    assert len(replay) == 0
