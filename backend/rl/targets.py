"""Critic targets (RLT, Eq. 3)."""

import torch
from torch import Tensor


def critic_target(
    reward: Tensor, discount: Tensor, next_q: Tensor, *, low: float, high: float
) -> Tensor:
    """Q_hat = reward + discount * min over critics of Q'(x', a'), clipped.

    Args:
        reward: [B] sum of gamma^(t-1) r_t over the n played steps of the window.
        discount: [B] gamma^n, or 0 where the window ends the episode; a time-out keeps gamma^n.
        next_q: [E, B] target critics at the following state.
        low: worst possible return.
        high: best possible return; over-estimated values beyond it are known to be wrong.
    """
    return torch.clamp(reward + discount * next_q.min(dim=0).values, low, high)


def smoothing_noise(
    like: Tensor, *, deviation: float, clip: float, generator: torch.Generator
) -> Tensor:
    """TD3's noise on the next chunk. Its size has nothing to do with exploration."""
    noise = torch.randn(like.shape, generator=generator, device=like.device)
    return noise.mul_(deviation).clamp_(-clip, clip)
