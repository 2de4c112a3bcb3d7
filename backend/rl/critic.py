"""Two critics side by side: one product where they share an input, batches of two after."""

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
            return nn.Parameter(torch.empty(*shape).uniform_(-bound, bound, generator=generator))

        self.first = fresh(inputs, inputs, ENSEMBLE * hidden)
        self.first_bias = fresh(inputs, ENSEMBLE * hidden)
        self.second = fresh(hidden, ENSEMBLE, hidden, hidden)
        self.second_bias = fresh(hidden, ENSEMBLE, 1, hidden)
        self.last = fresh(hidden, ENSEMBLE, 1, hidden)
        self.last_bias = fresh(hidden, ENSEMBLE, 1)

    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """X [B, K+S], chunk [B, F] -> values [E, B]."""
        both = torch.addmm(self.first_bias, torch.cat([x, chunk], dim=-1), self.first)
        value = self._activate(both.view(-1, ENSEMBLE, self.hidden)).transpose(0, 1)
        value = self._activate(torch.baddbmm(self.second_bias, value, self.second))
        return (value * self.last).sum(dim=-1) + self.last_bias

    def _activate(self, value: Tensor) -> Tensor:
        return F.relu(F.layer_norm(value, (self.hidden,)))
