"""The actor: a whole chunk at once from token, proprioception and the base policy's proposal."""

import torch
from torch import Tensor, nn

from backend.rl.dims import Dims


class Actor(nn.Module):
    """Mean of a Gaussian over chunks (the chunk itself, not a correction of the reference)."""

    def __init__(self, dims: Dims, hidden: int) -> None:
        """Two hidden layers of `hidden` units."""
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dims.observation + dims.flat_chunk, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, dims.flat_chunk),
        )

    def forward(self, x: Tensor, reference: Tensor) -> Tensor:
        """X [B, K+S], reference [B, F] -> mean chunk [B, F], z-scores, not yet clipped."""
        chunk: Tensor = self.net(torch.cat([x, reference], dim=-1))
        return chunk
