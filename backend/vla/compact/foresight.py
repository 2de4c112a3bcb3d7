"""Where the demonstration will end, read straight off the pixels by least squares.

How far a demonstration still went, in those components of proprioception that differ between
episodes, is where the goal is, relative to the robot: a label that every recording carries. Ridge
regression reads it to about a tenth of a millimetre from a few hundred demonstrations, where a
network trained on the same pictures learns the episodes by heart. Fitted twice: evenly over each
demonstration, and again with the weight on its last part.

Legend: n anchors, N numbers of one look, F components.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

FOLDS = 5
_RIDGES = (1e-3, 1e-2, 1e-1)
"""Penalties tried, as shares of the mean variance of the inputs."""


@dataclass(frozen=True)
class Fit:
    """One fitted map and what it says about its own examples."""

    weight: Tensor
    """[N + 1, F]; the last row is the offset."""
    honest: Tensor
    """[n, F] forecasts for the examples by maps that had not seen their episodes."""
    ridge: float


def fit(looks: Tensor, wanted: Tensor, weight: Tensor, episode: Tensor) -> Fit:
    """Ridge regression, its penalty chosen on episodes left out.

    Args:
        looks: [n, N] standardised pixels.
        wanted: [n, F].
        weight: [n] importance of each example; those without any only get an honest forecast.
        episode: [n] whose fold is decided by its number.
    """
    folds = episode % FOLDS
    sums = [_sums(looks[folds == fold], wanted[folds == fold], weight[folds == fold])
            for fold in range(FOLDS)]  # fmt: skip
    gram, moment = (torch.stack(parts).sum(dim=0) for parts in zip(*sums, strict=True))
    spread = wanted.var(dim=0).clamp_min(1e-12)
    best: tuple[float, float, Tensor] | None = None
    for ridge in _RIDGES:
        honest = torch.empty_like(wanted)
        for fold, (part_gram, part_moment) in enumerate(sums):
            without = _solve(gram - part_gram, moment - part_moment, ridge)
            honest[folds == fold] = apply(looks[folds == fold], without)
        error = float((weight.unsqueeze(1) * (honest - wanted).square() / spread).sum())
        if best is None or error < best[0]:
            best = (error, ridge, honest)
    assert best is not None
    _, ridge, honest = best
    return Fit(_solve(gram, moment, ridge), honest, ridge)


def apply(looks: Tensor, weight: Tensor) -> Tensor:
    """[n, N] by [N + 1, F] -> [n, F]."""
    return torch.addmm(weight[-1], looks.float(), weight[:-1])


def _sums(looks: Tensor, wanted: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """What least squares need to know of some examples: [N + 1, N + 1] and [N + 1, F]."""
    size = looks.shape[1] + 1
    gram, moment = torch.zeros(size, size), torch.zeros(size, wanted.shape[1])
    for part in torch.split(weight.nonzero()[:, 0], 4096):
        root = weight[part].sqrt().unsqueeze(1)
        rows = torch.cat([looks[part].float(), torch.ones(len(root), 1)], dim=1) * root
        gram += rows.T @ rows
        moment += rows.T @ (wanted[part] * root)
    return gram, moment


def _solve(gram: Tensor, moment: Tensor, ridge: float) -> Tensor:
    penalty = torch.full((len(gram),), ridge * float(gram.diagonal()[:-1].mean()))
    penalty[-1] = 0.0
    lower = torch.linalg.cholesky(gram + penalty.diag())
    return torch.cholesky_solve(moment, lower)
