"""Attention of the action expert to the prefix. B batch, N queries, M keys, D width, h heads."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from backend.rl.transformer import Block, merge_heads, split_heads

KeyValue = tuple[Tensor, Tensor]


class CrossAttention(nn.Module):
    """Attention to tokens that stay the same over several calls."""

    def __init__(self, width: int, heads: int) -> None:
        """Keys and values apart from queries, so that they can be kept."""
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def remember(self, context: Tensor) -> KeyValue:
        """[B, M, D] -> keys and values [B, h, M, D / h]."""
        key, value = self.key_value(context).chunk(2, -1)
        return split_heads(key, self.heads), split_heads(value, self.heads)

    def forward(self, value: Tensor, memory: KeyValue) -> Tensor:
        """[B, N, D] -> [B, N, D]."""
        query = split_heads(self.query(value), self.heads)
        mixed = F.scaled_dot_product_attention(query, *memory)
        merged: Tensor = self.out(merge_heads(mixed))
        return merged


class CrossBlock(nn.Module):
    """A block that also looks at a fixed context."""

    def __init__(self, width: int, heads: int) -> None:
        """One layer of the action expert."""
        super().__init__()
        self.block = Block(width, heads)
        self.norm_cross = nn.LayerNorm(width)
        self.cross = CrossAttention(width, heads)

    def forward(self, value: Tensor, memory: KeyValue) -> Tensor:
        """[B, N, D] -> [B, N, D]."""
        value = value + self.cross(self.norm_cross(value), memory)
        mixed: Tensor = self.block(value)
        return mixed
