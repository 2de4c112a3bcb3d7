import pytest
import torch

from backend.rl.losses import actor_loss, chunk_distance, critic_loss, drop_reference


def test_distance_is_a_sum_over_the_chunk() -> None:
    # (1-0)^2 + (2-0)^2 + (0-3)^2 = 14, not 14 / 3.
    chunk, target = torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([[0.0, 0.0, 3.0]])
    assert chunk_distance(chunk, target).tolist() == [14.0]


def test_critic_loss_sums_over_critics_and_means_over_the_batch() -> None:
    # Critic 1 errors 1 and 3 -> (1 + 9) / 2 = 5; critic 2 errors 0 and 2 -> 2. Together 7.
    q = torch.tensor([[1.0, 3.0], [0.0, 2.0]])
    assert critic_loss(q, torch.zeros(2)).item() == 7.0


def test_actor_loss_trades_value_for_distance() -> None:
    # Distances 4 and 0 -> mean 2; values 1 and 3 -> mean 2; 0.5 * 2 - 2 = -1.
    loss, distance = actor_loss(
        torch.tensor([1.0, 3.0]),
        torch.tensor([[2.0], [1.0]]),
        torch.tensor([[0.0], [1.0]]),
        torch.tensor(0.5),
    )
    assert (loss.item(), distance.item()) == (-1.0, 2.0)


@pytest.mark.parametrize(("share", "kept"), [(0.0, 400), (1.0, 0)])
def test_dropout_extremes(share: float, kept: int) -> None:
    shown = drop_reference(torch.ones(400, 3), share, torch.Generator().manual_seed(0))
    assert int(shown[:, 0].sum()) == kept


def test_dropout_hides_whole_references_of_some_samples() -> None:
    shown = drop_reference(torch.ones(400, 3), 0.5, torch.Generator().manual_seed(0))
    assert set(shown.sum(dim=1).tolist()) == {0.0, 3.0}
    assert 150 < int(shown[:, 0].sum()) < 250
