import pytest
import torch

from backend.rl.targets import critic_target, smoothing_noise


def target(reward: list[float], discount: list[float], next_q: list[list[float]]) -> list[float]:
    made = critic_target(
        torch.tensor(reward), torch.tensor(discount), torch.tensor(next_q), low=0.0, high=1.0
    )
    return [float(value) for value in made]


def test_target_takes_the_smaller_critic() -> None:
    # 0 + 0.5 * min(0.8, 0.6) = 0.3
    assert target([0.0], [0.5], [[0.8], [0.6]]) == pytest.approx([0.3])


def test_terminal_target_is_the_reward_alone() -> None:
    assert target([0.81], [0.0], [[0.9], [0.9]]) == pytest.approx([0.81])


def test_target_is_clipped_to_possible_returns() -> None:
    assert target([0.9, 0.0], [0.5, 1.0], [[0.9, -3.0], [0.9, -3.0]]) == [1.0, 0.0]


def test_smoothing_noise_is_clipped() -> None:
    noise = smoothing_noise(
        torch.zeros(1000), deviation=1.0, clip=0.5, generator=torch.Generator().manual_seed(0)
    )
    assert noise.abs().max() == 0.5
    assert 0.3 < noise.std() < 0.5
