"""Two critics side by side, as batches of two matrices."""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Generator, Tensor, nn

from backend.rl.dims import Dims

ENSEMBLE = 2


class Critics(nn.Module):
    """Q(x, a_1:C) twice, each with LayerNorm before its activations. E critics, H hidden."""

    def __init__(self, dims: Dims, hidden: int, generator: Generator | None = None) -> None:
        """Two hidden layers of `hidden` units in each critic."""
        super().__init__()
        self.hidden = hidden
        inputs = dims.observation + dims.flat_chunk

        def fresh(fan_in: int, *shape: int) -> nn.Parameter:
            bound = 1.0 / math.sqrt(fan_in)
            weights = torch.empty(ENSEMBLE, *shape)
            return nn.Parameter(weights.uniform_(-bound, bound, generator=generator))

        self.first = fresh(inputs, inputs, hidden)
        self.first_bias = fresh(inputs, 1, hidden)
        self.second = fresh(hidden, hidden, hidden)
        self.second_bias = fresh(hidden, 1, hidden)
        self.last = fresh(hidden, hidden, 1)
        self.last_bias = fresh(hidden, 1, 1)

    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """X [B, K+S], chunk [B, F] -> values [E, B]."""
        inputs = torch.cat([x, chunk], dim=-1).expand(ENSEMBLE, -1, -1)
        value = self._activate(torch.baddbmm(self.first_bias, inputs, self.first))
        value = self._activate(torch.baddbmm(self.second_bias, value, self.second))
        return torch.baddbmm(self.last_bias, value, self.last).squeeze(-1)

    def _activate(self, value: Tensor) -> Tensor:
        return F.relu(F.layer_norm(value, (self.hidden,)))
