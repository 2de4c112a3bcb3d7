"""The learner's update against the same algorithm written without a thought of speed."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from backend.rl.algorithms.rlt import Rlt
from backend.rl.replay import Replay
from backend.studies.bench.textbook import Textbook
from tests.backend.rl.episodes import CONFIG, DIMS, episode, unit_normalisation, windows


def filled(replay: Replay) -> Replay:
    for number in range(4):
        arrays = episode(10 + number)
        arrays.reference[:] /= 1000.0
        arrays.action[:] /= 10.0
        arrays.z[:] /= 10.0
        replay.add(str(number), windows(arrays), "success" if number % 2 else "failure")
    return replay


def parameters(critics: torch.nn.Module) -> list[Tensor]:
    return [p.detach() for p in critics.parameters()]


@pytest.mark.parametrize("limit", [100.0, 0.05])
def test_equal_seeds_give_equal_parameters(limit: float) -> None:
    config = replace(CONFIG, beta_early=0.01, learning_rate=1e-3, tau=0.05, observation_noise=0.0)
    rlt = Rlt(config, DIMS, unit_normalisation(limit), seed=0)
    replay = filled(rlt.new_replay())
    bounds = (torch.full((8,), -limit), torch.full((8,), limit))
    book = Textbook(rlt.networks, DIMS, config, bounds)
    generator = torch.Generator().manual_seed(3)
    rlt._noise.manual_seed(3)
    batches = [replay.sample(8, torch.Generator().manual_seed(n)) for n in range(12)]
    for number, batch in enumerate(batches):
        rlt._update(batch, actor_moves=number % 2 == 1)
        book.update(batch, config.beta_early, generator)
    pairs = [
        *zip(rlt.networks.actor.parameters(), book.actor.parameters(), strict=True),
        *zip(rlt.networks.target_actor.parameters(), book.target_actor.parameters(), strict=True),
    ]
    again = Textbook(rlt.networks, DIMS, config, bounds)
    for mine, theirs in zip(again.critics, book.critics, strict=True):
        pairs += zip(mine.parameters(), theirs.parameters(), strict=True)
    for ours, plain in pairs:
        torch.testing.assert_close(ours, plain, rtol=1e-3, atol=2e-5)


def test_the_floor_counts_what_the_papers_size_needs() -> None:
    from backend.studies.bench.learner import SIZES

    # 117 GFLOP/s, 2 x 256: about 230, 115 and 28 updates per second.
    rates = [117e9 / size.operations(256) for size in SIZES]
    assert rates == pytest.approx([230, 115, 28], rel=0.03)
