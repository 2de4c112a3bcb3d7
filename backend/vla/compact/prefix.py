"""From pictures, proprioception and words to the final-layer embeddings."""

from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from backend.rl.transformer import Block
from backend.vla.compact.config import CompactConfig


class Eyes(nn.Module):
    """Pictures to tokens: convolutional patches, and one glance at the whole picture per camera.

    Pictures of one cell differ little from their mean, and what differs is what matters: every
    pixel is standardised over the demonstrations. The glance is their principal components, all
    brought to the same size, so that a shift of a fraction of a pixel is as visible as a change of
    the light. It is measured rather than trained: trained, it would learn the episodes by heart.

    Legend: B batch, C cameras, P picture edge, G patches along an edge, D width, N examples,
    Q components.
    """

    mean: Tensor
    deviation: Tensor
    components: Tensor

    def __init__(self, config: CompactConfig) -> None:
        """Fresh weights; call `measure` once before training."""
        super().__init__()
        self.pool = config.pool
        cameras, edge = len(config.cameras), config.image_size // config.pool
        pixels = 3 * (edge // 2) ** 2
        self.register_buffer("mean", torch.zeros(cameras, 3, edge, edge))
        self.register_buffer("deviation", torch.ones(cameras, 3, edge, edge))
        self.register_buffer("components", torch.zeros(cameras, pixels, config.components))
        sizes = [3, *config.stem]
        layers: list[nn.Module] = []
        for index, (before, after) in enumerate(pairwise(sizes)):
            size = 5 if index == 0 else 3
            convolution = nn.Conv2d(before, after, size, stride=2, padding=size // 2)
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            layers += [convolution, nn.ReLU()]
        stride = config.last_stride
        self.patches = nn.Sequential(
            *layers, nn.Conv2d(sizes[-1], config.width, stride, stride=stride)
        )
        self.glance = nn.Linear(config.components, config.width)

    @torch.no_grad()
    def measure(self, images: Tensor) -> None:
        """Mean, deviation and principal components of examples [N, C, 3, P, P]."""
        small = self._shrink(images)
        self.mean.copy_(small.mean(dim=0))
        self.deviation.copy_(small.std(dim=0).clamp_min(0.1))
        tiny = self._tiny((small - self.mean) / self.deviation)
        for camera, pixels in enumerate(tiny.unbind(dim=1)):
            size, direction = torch.linalg.eigh(pixels.T @ pixels / len(pixels))
            count = self.components.shape[-1]
            chosen = direction.flip(1)[:, :count] / size.flip(0)[:count].clamp_min(1e-3).sqrt()
            self.components[camera, :, : chosen.shape[1]] = chosen

    def forward(self, images: Tensor) -> Tensor:
        """[B, C, 3, P, P] -> [B, C, G * G + 1, D]."""
        small = (self._shrink(images) - self.mean) / self.deviation
        flat = small.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        patches = _by_camera(self.patches(flat).flatten(2).transpose(1, 2), len(images))
        seen = torch.einsum("bcp,cpq->bcq", self._tiny(small), self.components)
        return torch.cat([patches, self.glance(seen).unsqueeze(2)], dim=2)

    def _shrink(self, images: Tensor) -> Tensor:
        return _by_camera(F.avg_pool2d(images.flatten(0, 1), self.pool), len(images))

    def _tiny(self, small: Tensor) -> Tensor:
        """Standardised pictures [B, C, 3, E, E] -> averaged and flat [B, C, pixels]."""
        return _by_camera(F.avg_pool2d(small.flatten(0, 1), 2).flatten(1), len(small))


def _by_camera(value: Tensor, batch: int) -> Tensor:
    """[B * C, ...] -> [B, C, ...]."""
    return value.reshape(batch, -1, *value.shape[1:])


class PrefixEncoder(nn.Module):
    """One transformer over image patches of all cameras, proprioception and instruction."""

    state_shown: Tensor
    """[S] 1 where a component is shown, 0 where it is hidden."""

    def __init__(self, config: CompactConfig) -> None:
        """Cameras share convolutions; each adds an embedding of its own."""
        super().__init__()
        width = config.width
        self.tokens = config.tokens
        self.eyes = Eyes(config)
        self.position = nn.Parameter(torch.randn(config.camera_tokens, width) * 0.02)
        self.camera = nn.Parameter(torch.randn(len(config.cameras), 1, width) * 0.02)
        self.register_buffer("state_shown", torch.ones(config.state))
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
        batch = len(images)
        seen = self.eyes(images) + self.position + self.camera
        language = self.words(words.unsqueeze(0)).unsqueeze(0)
        tokens = torch.cat(
            [
                seen.flatten(1, 2),
                self.state(state * self.state_shown).unsqueeze(1),
                language.expand(batch, -1, -1),
            ],
            dim=1,
        )
        for block in self.blocks:
            tokens = block(tokens)
        embeddings: Tensor = self.norm(tokens[:, : self.tokens])
        return embeddings
