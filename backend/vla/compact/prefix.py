"""From pictures, proprioception and words to the final-layer embeddings."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from backend.rl.transformer import Block
from backend.vla.compact.config import CompactConfig


class Stem(nn.Module):
    """Convolutions from one picture to patch tokens and one keypoint token.

    The keypoint token lists where in the picture each of several learned features is (the mean
    position under a softmax over places). It gives positions finer than a patch from few examples.
    """

    grid: Tensor

    def __init__(self, config: CompactConfig) -> None:
        """Convolutions that halve the picture, then patches and keypoints from them."""
        super().__init__()
        sizes = [3, *config.stem]
        layers: list[nn.Module] = []
        for index, (before, after) in enumerate(pairwise(sizes)):
            edge = 5 if index == 0 else 3
            convolution = nn.Conv2d(before, after, edge, stride=2, padding=edge // 2)
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            layers += [convolution, nn.ReLU()]
        self.trunk = nn.Sequential(*layers)
        stride = config.last_stride
        self.patches = nn.Conv2d(sizes[-1], config.width, stride, stride=stride)
        self.norm = nn.LayerNorm(config.width)
        self.heat = nn.Conv2d(sizes[-1], config.keypoints, 1)
        self.points = nn.Linear(2 * config.keypoints, config.width)
        cells = config.image_size // 2 ** len(config.stem)
        places = torch.linspace(-1.0, 1.0, cells)
        grid = torch.stack(torch.meshgrid(places, places, indexing="ij"), dim=-1)
        self.register_buffer("grid", grid.reshape(-1, 2), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Pictures [n, 3, P, P] -> tokens [n, patches + 1, D]."""
        features = self.trunk(pixels)
        patches = self.norm(self.patches(features).flatten(2).transpose(1, 2))
        where = self.heat(features).flatten(2).softmax(dim=-1) @ self.grid
        points = self.points(where.flatten(1)).unsqueeze(1)
        return torch.cat([patches, points], dim=1)


class PrefixEncoder(nn.Module):
    """One transformer over image patches of all cameras, proprioception and instruction."""

    def __init__(self, config: CompactConfig) -> None:
        """The stem is shared between cameras; each camera adds an embedding of its own."""
        super().__init__()
        width = config.width
        self.tokens = config.tokens
        self.stem = Stem(config)
        self.position = nn.Parameter(torch.randn(config.camera_tokens, width) * 0.02)
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
        seen = self.stem(pixels).unflatten(0, (batch, cameras)) + self.position + self.camera
        language = self.words(words.unsqueeze(0)).unsqueeze(0)
        tokens = torch.cat(
            [
                seen.flatten(1, 2),
                self.state(state).unsqueeze(1),
                language.expand(batch, -1, -1),
            ],
            dim=1,
        )
        for block in self.blocks:
            tokens = block(tokens)
        embeddings: Tensor = self.norm(tokens[:, : self.tokens])
        return embeddings
