"""Transformer blocks, pre-LayerNorm. B batch, N tokens, D width, h heads."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


def split_heads(value: Tensor, heads: int) -> Tensor:
    """[B, N, D] -> [B, h, N, D / h]."""
    batch, length, width = value.shape
    return value.view(batch, length, heads, width // heads).transpose(1, 2)


def merge_heads(value: Tensor) -> Tensor:
    """[B, h, N, D / h] -> [B, N, D]."""
    return value.transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    """Multi-head self-attention, causal on request."""

    def __init__(self, width: int, heads: int) -> None:
        """One projection for queries, keys and values."""
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, value: Tensor, *, causal: bool = False) -> Tensor:
        """[B, N, D] -> [B, N, D]."""
        query, key, val = (split_heads(part, self.heads) for part in self.qkv(value).chunk(3, -1))
        mixed = F.scaled_dot_product_attention(query, key, val, is_causal=causal)
        merged: Tensor = self.out(merge_heads(mixed))
        return merged


class FeedForward(nn.Sequential):
    """Two layers, four times as wide between."""

    def __init__(self, width: int) -> None:
        """GELU between."""
        super().__init__(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class Block(nn.Module):
    """Self-attention and feed-forward."""

    def __init__(self, width: int, heads: int) -> None:
        """One layer of an encoder (or, called causally, of a decoder)."""
        super().__init__()
        self.norm_attention = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.norm_forward = nn.LayerNorm(width)
        self.forward_net = FeedForward(width)

    def forward(self, value: Tensor, *, causal: bool = False) -> Tensor:
        """[B, N, D] -> [B, N, D]."""
        value = value + self.attention(self.norm_attention(value), causal=causal)
        mixed: Tensor = value + self.forward_net(self.norm_forward(value))
        return mixed
