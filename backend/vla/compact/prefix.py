"""From pictures, proprioception and words to the final-layer embeddings."""

import torch
from torch import Tensor, nn

from backend.rl.transformer import Block
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.eyes import Eyes, Sight


class PrefixEncoder(nn.Module):
    """One transformer over the pictures of all cameras, proprioception and instruction."""

    state_shown: Tensor
    """[S] 1 where a component is shown, 0 where it is hidden."""

    def __init__(self, config: CompactConfig) -> None:
        """Every token has a place of its own."""
        super().__init__()
        width = config.width
        self.tokens = config.tokens
        self.eyes = Eyes(config)
        self.position = nn.Parameter(torch.randn(config.tokens - 1, width) * 0.02)
        self.register_buffer("state_shown", torch.ones(config.state))
        self.state = nn.Sequential(
            nn.Linear(config.state, width), nn.GELU(), nn.Linear(width, width)
        )
        self.words = nn.EmbeddingBag(config.vocabulary, width, mode="mean")
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.prefix_layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, sight: Sight, state: Tensor, words: Tensor) -> Tensor:
        """Embeddings without the language token.

        Args:
            sight: of B looks, see `Eyes.look`.
            state: [B, S] z-scores.
            words: [W] token numbers, the same instruction for the whole batch.

        Returns:
            [B, M, D].
        """
        seen = self.eyes(sight) + self.position
        language = self.words(words.unsqueeze(0)).unsqueeze(0)
        tokens = torch.cat(
            [
                seen,
                self.state(state * self.state_shown).unsqueeze(1),
                language.expand(len(seen), -1, -1),
            ],
            dim=1,
        )
        for block in self.blocks:
            tokens = block(tokens)
        embeddings: Tensor = self.norm(tokens[:, : self.tokens])
        return embeddings
