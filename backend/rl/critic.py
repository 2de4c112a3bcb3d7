"""Two critics evaluated as one batched product."""

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
        sizes = [dims.observation + dims.flat_chunk, hidden, hidden, 1]
        self.weights = nn.ParameterList()
        self.biases = nn.ParameterList()
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
            bound = 1.0 / math.sqrt(fan_in)
            weight = torch.empty(ENSEMBLE, fan_in, fan_out)
            bias = torch.empty(ENSEMBLE, 1, fan_out)
            self.weights.append(nn.Parameter(weight.uniform_(-bound, bound, generator=generator)))
            self.biases.append(nn.Parameter(bias.uniform_(-bound, bound, generator=generator)))

    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """x [B, K+S], chunk [B, F] -> values [E, B]."""
        value = torch.cat([x, chunk], dim=-1).expand(ENSEMBLE, -1, -1)
        for weight, bias in zip(list(self.weights)[:-1], list(self.biases)[:-1], strict=True):
            value = torch.baddbmm(bias, value, weight)
            value = F.relu(F.layer_norm(value, (self.hidden,)))
        return torch.baddbmm(self.biases[-1], value, self.weights[-1]).squeeze(-1)
