"""From pictures to tokens, precisely and from few demonstrations.

Pictures of one cell differ little from their mean, and what differs is what matters: every pixel is
standardised over the demonstrations, and a camera's *sight* is the principal components of that,
all brought to the same size, so that a shift of a fraction of a pixel is as visible as a change of
the light. The components are measured, not trained: a few hundred demonstrations are enough to
measure them and too few to train a picture network that does not learn them by heart. A small
network for each camera then turns the sight into tokens.

Legend: B batch, C cameras, P picture edge, E edge after averaging, Q components, T tokens per
camera, D width, N examples.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from backend.vla.compact.config import CompactConfig

_LEAST_DEVIATION = 0.1
"""Pixels that hardly ever change carry noise; they must not be blown up."""
_LEAST_VARIANCE = 1e-3


class Eyes(nn.Module):
    """Measured components, then two layers per camera."""

    mean: Tensor
    deviation: Tensor
    components: Tensor

    def __init__(self, config: CompactConfig) -> None:
        """Fresh weights; call `measure` once before training."""
        super().__init__()
        self._pool, self._width = config.pool, config.width
        cameras, edge = len(config.cameras), config.image_size // config.pool
        self.register_buffer("mean", torch.zeros(cameras, 3, edge, edge))
        self.register_buffer("deviation", torch.ones(cameras, 3, edge, edge))
        self.register_buffer("components", torch.zeros(cameras, 3 * edge**2, config.components))

        def fresh(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape) / math.sqrt(shape[-2]))

        out = config.camera_tokens * config.width
        self.first = fresh(cameras, config.components, config.sight_hidden)
        self.first_bias = nn.Parameter(torch.zeros(cameras, 1, config.sight_hidden))
        self.second = fresh(cameras, config.sight_hidden, out)
        self.second_bias = nn.Parameter(torch.zeros(cameras, 1, out))

    @torch.no_grad()
    def measure(self, images: Tensor) -> None:
        """Mean, deviation and principal components of examples [N, C, 3, P, P]."""
        small = self._shrink(images)
        self.mean.copy_(small.mean(dim=0))
        self.deviation.copy_(small.std(dim=0).clamp_min(_LEAST_DEVIATION))
        flat = ((small - self.mean) / self.deviation).flatten(2)
        for camera, pixels in enumerate(flat.unbind(dim=1)):
            size, direction = torch.linalg.eigh(pixels.T @ pixels / len(pixels))
            count = min(self.components.shape[-1], len(size))
            scale = size.flip(0)[:count].clamp_min(_LEAST_VARIANCE).sqrt()
            self.components[camera, :, :count] = direction.flip(1)[:, :count] / scale

    def look(self, images: Tensor) -> Tensor:
        """Pictures [B, C, 3, P, P], roughly of deviation one, -> sight [B, C, Q]."""
        flat = ((self._shrink(images) - self.mean) / self.deviation).flatten(2)
        return torch.bmm(flat.transpose(0, 1), self.components).transpose(0, 1)

    def forward(self, sight: Tensor) -> Tensor:
        """Sight [B, C, Q] -> tokens [B, C * T, D]."""
        hidden = F.gelu(torch.baddbmm(self.first_bias, sight.transpose(0, 1), self.first))
        tokens = torch.baddbmm(self.second_bias, hidden, self.second).transpose(0, 1)
        return tokens.reshape(len(sight), -1, self._width)

    def _shrink(self, images: Tensor) -> Tensor:
        small = F.avg_pool2d(images.flatten(0, 1), self._pool)
        return small.reshape(*images.shape[:2], *small.shape[1:])
