"""Noise for trying things out, in z-scores: one draw for the whole chunk and a little per step."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class Exploration:
    """Two deviations, z."""

    per_chunk: float
    per_step: float

    def noise(self, batch: int, chunk: int, action: int, generator: Generator) -> Tensor:
        """[B, C, A]: the part shared by all steps of a chunk plus the part of each step."""
        shared = torch.randn(batch, 1, action, generator=generator) * self.per_chunk
        each = torch.randn(batch, chunk, action, generator=generator) * self.per_step
        return shared + each
