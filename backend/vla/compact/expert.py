"""The flow-matching action expert.

Flow time runs from 0 (noise) to 1 (actions): x_t = (1 - t) * noise + t * actions, and the network
predicts the velocity actions - noise. (The paper's base model writes the same thing with time
running the other way.)
"""

import math
from typing import cast

import torch
from torch import Generator, Tensor, nn

from backend.vla.compact.config import CompactConfig
from backend.vla.compact.layers import CrossBlock, KeyValue

_FREQUENCIES = 16


class ActionExpert(nn.Module):
    """Velocity of a noisy chunk, given the prefix embeddings."""

    def __init__(self, config: CompactConfig) -> None:
        """Several action steps share one token."""
        super().__init__()
        self.horizon, self.action = config.horizon, config.action
        self.action_tokens = config.action_tokens
        width, flat = config.width, config.steps_per_token * config.action
        self.embed = nn.Linear(flat, width)
        self.position = nn.Parameter(torch.randn(config.action_tokens, width) * 0.02)
        self.time = nn.Sequential(
            nn.Linear(2 * _FREQUENCIES, width), nn.GELU(), nn.Linear(width, width)
        )
        layers = [CrossBlock(width, config.heads) for _ in range(config.expert_layers)]
        self.blocks = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, flat)

    def remember(self, embeddings: Tensor) -> list[KeyValue]:
        """Keys and values of every layer, once for all refinement steps."""
        crosses = [cast("CrossBlock", block).cross for block in self.blocks]
        return [cross.remember(embeddings) for cross in crosses]

    def forward(self, noisy: Tensor, time: Tensor, memory: list[KeyValue]) -> Tensor:
        """Velocity [B, H, A] of chunks [B, H, A] at flow times [B]."""
        tokens = self.embed(noisy.reshape(len(noisy), self.action_tokens, -1))
        tokens = tokens + self.position + self.time(_waves(time)).unsqueeze(1)
        for block, remembered in zip(self.blocks, memory, strict=True):
            tokens = block(tokens, remembered)
        velocity: Tensor = self.out(self.norm(tokens))
        return velocity.reshape(-1, self.horizon, self.action)

    def sample(self, memory: list[KeyValue], generator: Generator, steps: int) -> Tensor:
        """Draw one chunk [B, H, A] per row in `steps` Euler steps from noise."""
        batch = memory[0][0].shape[0]
        chunk = torch.randn(batch, self.horizon, self.action, generator=generator)
        for index in range(steps):
            time = torch.full((batch,), index / steps)
            chunk = chunk + self(chunk, time, memory) / steps
        return chunk


def _waves(time: Tensor) -> Tensor:
    """[B] -> [B, 2F] sines and cosines of rising frequency."""
    rates = torch.exp(torch.linspace(0.0, math.log(100.0), _FREQUENCIES))
    angles = time.unsqueeze(-1) * rates * math.pi
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
