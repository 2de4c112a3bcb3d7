"""Losses of RLT. Distances are SUMS over the C*A components of a chunk, in z-scores.

A mean would make beta C*A times weaker without a word: everything still runs, and the actor drifts.
"""

import torch
from torch import Tensor


def chunk_distance(chunk: Tensor, target: Tensor) -> Tensor:
    """Squared distance per sample, summed over the flat chunk: [B, F], [B, F] -> [B]."""
    return (chunk - target).square().sum(dim=-1)


def critic_loss(q: Tensor, target: Tensor) -> Tensor:
    """Squared error of every critic [E, B] against one target [B]: mean over B, sum over E."""
    return (q - target).square().mean(dim=-1).sum()


def critic_slope(q: Tensor, target: Tensor) -> Tensor:
    """Gradient [E, B] of `critic_loss` with respect to the values."""
    return (q - target).mul_(2.0 / target.numel())


def distance_slope(chunk: Tensor, target: Tensor) -> Tensor:
    """Gradient [B, F] of the mean `chunk_distance` with respect to the chunk."""
    return (chunk - target).mul_(2.0 / len(chunk))


def actor_loss(q: Tensor, chunk: Tensor, target: Tensor, beta: Tensor) -> tuple[Tensor, Tensor]:
    """Eq. 5: mean over B of -Q + beta * ||a - target||^2.

    Args:
        q: [B] value of the actor's chunk.
        chunk: [B, F] the actor's chunk.
        target: [B, F] reference, un-dropped; a person's action where one drove.
        beta: [] pull per squared z-score.

    Returns:
        The loss and the mean distance.
    """
    distance = chunk_distance(chunk, target).mean()
    return beta * distance - q.mean(), distance


def drop_reference(reference: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Hide the reference [B, F] from a share of the samples (actor input only, training only)."""
    chance = torch.rand(len(reference), 1, generator=generator, device=reference.device)
    kept = chance >= share
    return reference * kept
