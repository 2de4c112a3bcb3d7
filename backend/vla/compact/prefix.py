"""From pictures, proprioception and words to the final-layer embeddings."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from backend.rl.transformer import Block
from backend.vla.compact.config import CompactConfig


def make_stem(config: CompactConfig) -> nn.Sequential:
    """Convolutions from a picture to one `width`-channel pixel per patch."""
    sizes = [3, *config.stem]
    layers: list[nn.Module] = []
    for index, (before, after) in enumerate(pairwise(sizes)):
        edge = 5 if index == 0 else 3
        layers += [nn.Conv2d(before, after, edge, stride=2, padding=edge // 2), nn.GELU()]
    stride = config.last_stride
    return nn.Sequential(*layers, nn.Conv2d(sizes[-1], config.width, stride, stride=stride))


class PrefixEncoder(nn.Module):
    """One transformer over image patches of all cameras, proprioception and instruction."""

    def __init__(self, config: CompactConfig) -> None:
        """The stem is shared between cameras; each camera adds an embedding of its own."""
        super().__init__()
        width = config.width
        self.tokens = config.tokens
        self.stem = make_stem(config)
        self.position = nn.Parameter(torch.randn(config.patches, width) * 0.02)
        self.camera = nn.Parameter(torch.randn(len(config.cameras), 1, width) * 0.02)
        self.state = nn.Sequential(
            nn.Linear(config.state, width), nn.GELU(), nn.Linear(width, width)
        )
        self.words = nn.EmbeddingBag(config.vocabulary, width, mode="mean")
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.prefix_layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, images: Tensor, state: Tensor, words: Tensor) -> Tensor:
        """Embeddings without the language token.

        Args:
            images: [B, cameras, 3, P, P], roughly in -1 .. 1.
            state: [B, S] z-scores.
            words: [W] token numbers, the same instruction for the whole batch.

        Returns:
            [B, M, D].
        """
        batch, cameras = images.shape[:2]
        pixels = images.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        patches = self.stem(pixels).flatten(2).transpose(1, 2)
        patches = patches.unflatten(0, (batch, cameras)) + self.position + self.camera
        language = self.words(words.unsqueeze(0)).unsqueeze(0)
        tokens = torch.cat(
            [
                patches.flatten(1, 2),
                self.state(state).unsqueeze(1),
                language.expand(batch, -1, -1),
            ],
            dim=1,
        )
        for block in self.blocks:
            tokens = block(tokens)
        embeddings: Tensor = self.norm(tokens[:, : self.tokens])
        return embeddings
