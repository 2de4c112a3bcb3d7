"""The RL token: all embeddings of the frozen model squeezed into one vector.

An encoder reads [z_1:M, e_rl] and its last output becomes the token; a causal decoder must rebuild
every embedding from it. The decoder sees the embeddings before the one it predicts (teacher
forcing), with most of them hidden, for otherwise it could ignore the token.

Legend: B batch, M embeddings, D their width, W width of the transformers, K token.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from torch import Generator, Tensor, nn

from backend.rl.transformer import Block


@dataclass(frozen=True, kw_only=True)
class TokenConfig:
    """Everything that decides the shape of the weights."""

    embeddings: int
    """M, embeddings per look."""
    embedding_width: int
    """D."""
    token: int = 256
    """K, length of the RL token."""
    width: int = 128
    """W."""
    heads: int = 4
    layers: int = 2
    context_dropout: float = 0.9
    """Share of the decoder's context that is hidden in training."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a checkpoint's metadata."""
        return asdict(self)


class RlToken(nn.Module):
    """Encoder and decoder. Only the encoder is needed to drive a robot."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: TokenConfig) -> None:
        """Fresh weights; call `standardise` once before training."""
        super().__init__()
        self.config = config
        count, source, width = config.embeddings, config.embedding_width, config.width
        self.register_buffer("mean", torch.zeros(count, source))
        self.register_buffer("deviation", torch.ones(count, source))
        self.encoder_in = nn.Linear(source, width)
        self.encoder_position = nn.Parameter(torch.randn(count, width) * 0.02)
        self.query = nn.Parameter(torch.randn(1, width) * 0.02)
        self.encoder = nn.ModuleList(Block(width, config.heads) for _ in range(config.layers))
        self.encoder_out = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, config.token),
            nn.LayerNorm(config.token, elementwise_affine=False),
        )
        self.token_in = nn.Linear(config.token, width)
        self.decoder_in = nn.Linear(source, width)
        self.decoder_position = nn.Parameter(torch.randn(count, width) * 0.02)
        self.decoder = nn.ModuleList(Block(width, config.heads) for _ in range(config.layers))
        self.decoder_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, source))

    @torch.no_grad()
    def standardise(self, embeddings: Tensor) -> None:
        """Measure mean and deviation of every embedding over examples [N, M, D]."""
        self.mean.copy_(embeddings.mean(dim=0))
        deviation = embeddings.std(dim=0)
        # A component that hardly varies is noise: it must not be blown up to unit size.
        self.deviation.copy_(deviation.clamp_min(0.1 * deviation.mean()))

    def encode(self, embeddings: Tensor) -> Tensor:
        """Embeddings [B, M, D] -> token [B, K]."""
        return self._encode((embeddings - self.mean) / self.deviation)

    def loss(self, embeddings: Tensor, generator: Generator | None) -> Tensor:
        """Reconstruction error per sample, [B]: squared, summed over embeddings and components.

        With a generator, part of the decoder's context is hidden at random; without one all of it
        is hidden, which measures what the token alone carries.
        """
        truth = ((embeddings - self.mean) / self.deviation).detach()
        shape = (*truth.shape[:2], 1)
        if generator is None:
            shown = torch.zeros(shape)
        else:
            shown = (torch.rand(shape, generator=generator) >= self.config.context_dropout).float()
        rebuilt = self._decode(self._encode(truth), truth * shown)
        return (rebuilt - truth).square().sum(dim=(1, 2))

    def baseline(self, embeddings: Tensor) -> Tensor:
        """Error [B] of always predicting the mean, in the units of `loss`."""
        return ((embeddings - self.mean) / self.deviation).square().sum(dim=(1, 2))

    @classmethod
    def from_tensors(cls, config: TokenConfig, tensors: Mapping[str, Tensor]) -> Self:
        """A frozen token from a checkpoint's tensors."""
        token = cls(config)
        token.load_state_dict({name: value.float() for name, value in tensors.items()})
        return token.eval().requires_grad_(False)

    def _encode(self, standard: Tensor) -> Tensor:
        tokens = self.encoder_in(standard) + self.encoder_position
        tokens = torch.cat([tokens, self.query.expand(len(tokens), -1, -1)], dim=1)
        for block in self.encoder:
            tokens = block(tokens)
        token: Tensor = self.encoder_out(tokens[:, -1])
        return token

    def _decode(self, token: Tensor, context: Tensor) -> Tensor:
        """Position i sees the token and the context before i, and predicts embedding i."""
        start = self.token_in(token).unsqueeze(1)
        before = self.decoder_in(context[:, :-1])
        tokens = torch.cat([start, before], dim=1) + self.decoder_position
        for block in self.decoder:
            tokens = block(tokens, causal=True)
        rebuilt: Tensor = self.decoder_out(tokens)
        return rebuilt
