"""How good a token is: what it rebuilds, and what can be read out of it, on held-out episodes."""

import torch
from torch import Tensor

from backend.rl.token import RlToken
from backend.vla.demos import Demos
from backend.vla.probes import probe
from backend.vla.token_training import encode, reconstruction


def figures(token: RlToken, embeddings: Tensor, demos: Demos) -> dict[str, float]:
    """Reconstruction error relative to the mean, and probes of token and of the embeddings."""
    held_out = torch.from_numpy(demos.held_out())
    found = {"held_out_relative_error": reconstruction(token, embeddings[held_out])}
    found |= probe(encode(token, embeddings), demos, "token")
    found |= probe(embeddings.mean(dim=1), demos, "mean_embedding")
    return {name: round(value, 4) for name, value in found.items()}
