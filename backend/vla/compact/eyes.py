"""From pictures to patch tokens, precisely and from few demonstrations.

Pictures of one cell differ little from their mean, and what differs is what matters: every pixel is
standardised over the demonstrations of its task, and the *sight* of a patch is the principal
components of that over all tasks, all brought to the same size, so that a shift of a fraction of a
pixel is as visible as a change of the light. The components are measured, not trained: some hundred
demonstrations are enough to measure them and too few to train a picture network that does not learn
them by heart. A small network for each patch then turns its sight into a token; one more token
carries the foresight (see `foresight.py`).

Legend: B batch, C cameras, I picture edge, E edge after averaging, P patches of all cameras,
N numbers of one patch, Q components, D width, K tasks, F components of the foresight.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from backend.vla.compact.config import CompactConfig
from backend.vla.compact.foresight import apply

_LEAST_DEVIATION = 0.05
"""Pixels that hardly ever change carry noise; they must not be blown up."""
_LEAST_VARIANCE = 1e-3
_FINE = 10.0
_COARSER = 2
"""How much coarser than the patches the foresight looks."""


@dataclass(frozen=True)
class Sight:
    """What the eyes report of some pictures."""

    patches: Tensor
    """[B, P, Q] principal components, deviation one."""
    foresight: Tensor
    """[B, 2 F] in deviations."""

    def __getitem__(self, rows: Tensor) -> "Sight":
        """Some of the pictures, in full precision."""
        return Sight(self.patches[rows].float(), self.foresight[rows].float())


class Eyes(nn.Module):
    """Measured components of patches, then two layers per patch."""

    mean: Tensor
    deviation: Tensor
    components: Tensor
    foresight: Tensor

    def __init__(self, config: CompactConfig) -> None:
        """Fresh weights; call `measure` once before training."""
        super().__init__()
        self._pool, self._patch = config.pool, config.patch // config.pool
        edge, patches = config.image_size // config.pool, config.patches
        shape = (len(config.tasks), len(config.cameras), 3, edge, edge)
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("deviation", torch.ones(shape))
        self.register_buffer(
            "components", torch.zeros(patches, 3 * self._patch**2, config.components)
        )

        look = len(config.cameras) * 3 * (edge // _COARSER) ** 2
        self.register_buffer(
            "foresight", torch.zeros(len(config.tasks), look + 1, 2 * config.foresight)
        )

        def fresh(*sizes: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*sizes) / math.sqrt(sizes[-2]))

        self.direct = fresh(patches, config.components, config.width)
        self.first = fresh(patches, config.components, config.patch_hidden)
        self.first_bias = nn.Parameter(torch.zeros(patches, 1, config.patch_hidden))
        self.second = fresh(patches, config.patch_hidden, config.width)
        self.second_bias = nn.Parameter(torch.zeros(patches, 1, config.width))
        self.gaze = nn.Sequential(
            nn.Linear(4 * config.foresight, config.patch_hidden),
            nn.GELU(),
            nn.Linear(config.patch_hidden, config.width),
        )

    @torch.no_grad()
    def measure(self, examples: Iterable[Tensor]) -> None:
        """Statistics from example pictures [n, C, 3, I, I] of each task, in the order of tasks."""
        gram = torch.zeros(len(self.components), *[self.components.shape[1]] * 2)
        for task, images in enumerate(examples):
            small = self._shrink(images)
            self.mean[task] = small.mean(dim=0)
            self.deviation[task] = small.std(dim=0).clamp_min(_LEAST_DEVIATION)
            patches = self._patches(small, task)
            gram += torch.bmm(patches.mT, patches) / patches.shape[1]
        # In double precision: patches that never change have many equal components.
        size, direction = torch.linalg.eigh(gram.double() / len(self.mean))
        count = min(self.components.shape[-1], size.shape[-1])
        scale = size.flip(1)[:, :count].clamp_min(_LEAST_VARIANCE).sqrt()
        self.components[:, :, :count] = direction.flip(2)[:, :, :count] / scale.unsqueeze(1)

    def look(self, images: Tensor, task: int) -> Sight:
        """Pictures [B, C, 3, I, I] of one task, roughly of deviation one."""
        small = self._shrink(images)
        sight = torch.bmm(self._patches(small, task), self.components).transpose(0, 1)
        return Sight(sight, apply(self._coarse(small, task), self.foresight[task]))

    def glance(self, images: Tensor, task: int) -> Tensor:
        """What the foresight is fitted on: pictures [B, C, 3, I, I] -> coarse pixels [B, N']."""
        return self._coarse(self._shrink(images), task)

    def forward(self, sight: Sight) -> Tensor:
        """Tokens of the patches and of the foresight, [B, P + 1, D]."""
        seen = sight.patches.transpose(0, 1)
        hidden = F.gelu(torch.baddbmm(self.first_bias, seen, self.first))
        tokens = torch.baddbmm(self.second_bias, hidden, self.second)
        tokens = torch.baddbmm(tokens, seen, self.direct).transpose(0, 1)
        # Bent like a logarithm as well, so that the last millimetre fills a good part of the range.
        bent = torch.asinh(_FINE * sight.foresight)
        gaze = self.gaze(torch.cat([sight.foresight, bent], dim=1))
        return torch.cat([tokens, gaze.unsqueeze(1)], dim=1)

    def _shrink(self, images: Tensor) -> Tensor:
        small = F.avg_pool2d(images.flatten(0, 1), self._pool)
        return small.reshape(*images.shape[:2], *small.shape[1:])

    def _coarse(self, small: Tensor, task: int) -> Tensor:
        standard = (small - self.mean[task]) / self.deviation[task]
        return F.avg_pool2d(standard.flatten(0, 1), _COARSER).reshape(len(small), -1)

    def _patches(self, small: Tensor, task: int) -> Tensor:
        """[B, C, 3, E, E] -> standardised [P, B, N]."""
        standard = (small - self.mean[task]) / self.deviation[task]
        rows = standard.shape[-1] // self._patch
        cut = standard.reshape(*standard.shape[:3], rows, self._patch, rows, self._patch)
        # [B, C, 3, rows, patch, columns, patch] -> [C, rows, columns, B, 3, patch, patch]
        return cut.permute(1, 3, 5, 0, 2, 4, 6).flatten(4).flatten(0, 2)
