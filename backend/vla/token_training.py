"""Training the RL token on the embeddings of a frozen VLA.

Legend: N anchors, M embeddings, D their width.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from backend.rl.token import RlToken
from backend.vla.base import Vla
from backend.vla.demos import Demos
from backend.vla.progress import rate_share

_LEARNING_RATE = 1e-3
_WARMUP = 100


@dataclass(frozen=True, kw_only=True)
class TokenPlan:
    """How long and how hard to train."""

    steps: int
    batch_size: int = 64
    seed: int = 0


def embed(vla: Vla, demos: Demos, report: Callable[[int], None], batch_size: int = 64) -> Tensor:
    """Embeddings of every anchor, [N, M, D]; `report` hears how many are done."""
    parts = []
    for start in range(0, len(demos), batch_size):
        rows = np.arange(start, min(start + batch_size, len(demos)))
        pictures = demos.pictures(rows)
        images = {name: pictures[:, index] for index, name in enumerate(demos.meta.cameras)}
        state = torch.from_numpy(demos.state[rows])
        parts.append(vla.prefix(images, state, demos.meta.instruction).embeddings)
        report(start + len(state))
    return torch.cat(parts)


def train(
    token: RlToken, embeddings: Tensor, plan: TokenPlan, report: Callable[[int, float], None]
) -> None:
    """Teach the token to carry the embeddings [N, M, D]; `report` hears step and loss."""
    token.standardise(embeddings)
    token.train().requires_grad_(True)
    generator = Generator().manual_seed(plan.seed)
    optimizer = torch.optim.AdamW(token.parameters(), _LEARNING_RATE, weight_decay=0.01)
    for step in range(plan.steps):
        rows = torch.randint(len(embeddings), (plan.batch_size,), generator=generator)
        # Twice as fast on processors that multiply in half precision; sums stay in full.
        with torch.autocast("cpu", torch.bfloat16):
            loss = token.loss(embeddings[rows], generator).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * rate_share(step, plan.steps, warmup=_WARMUP)
        optimizer.step()
        report(step + 1, loss.item())
    token.eval().requires_grad_(False)


@torch.inference_mode()
def reconstruction(token: RlToken, embeddings: Tensor) -> float:
    """Squared error of rebuilding embeddings from the token alone, relative to predicting the mean.

    0 is perfect, 1 is no better than the mean.
    """
    error = baseline = 0.0
    for part in torch.split(embeddings, 256):
        error += token.loss(part, generator=None).sum().item()
        baseline += token.baseline(part).sum().item()
    return error / baseline


@torch.inference_mode()
def encode(token: RlToken, embeddings: Tensor) -> Tensor:
    """Tokens of embeddings [N, M, D]: [N, K]."""
    return torch.cat([token.encode(part) for part in torch.split(embeddings, 256)])
