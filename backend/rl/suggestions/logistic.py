"""Logistic regression by Newton's method, on standardised features. Pure."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from backend.rl.suggestions.trace import Floats

MOST_STEPS = 50
PRECISION = 1e-6
CONSTANT = 1e-6
"""Features that vary less than this are not scaled up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Logistic:
    """Log-odds are weight · (x - mean) / scale + bias."""

    mean: Floats
    """[F]"""
    scale: Floats
    """[F]"""
    weight: Floats
    """[F] per standard deviation."""
    bias: float

    def logit(self, x: Floats) -> Floats:
        """Log-odds [n] of rows [n, F]."""
        score: Floats = (x - self.mean) / self.scale @ self.weight + self.bias
        return score

    def probability(self, x: Floats) -> Floats:
        """[n] of rows [n, F]."""
        return sigmoid(self.logit(x))

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """What `load` reads."""
        return {
            f"{prefix}.mean": self.mean,
            f"{prefix}.scale": self.scale,
            f"{prefix}.weight": self.weight,
            f"{prefix}.bias": np.array([self.bias]),
        }

    @classmethod
    def load(cls, arrays: dict[str, Floats], prefix: str) -> Self:
        """Back from arrays."""
        mean, scale, weight = (arrays[f"{prefix}.{name}"] for name in ("mean", "scale", "weight"))
        return cls(mean=mean, scale=scale, weight=weight, bias=float(arrays[f"{prefix}.bias"][0]))


def sigmoid(logit: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * logit))


def balanced(y: Floats) -> Floats:
    """Weights [n] with which both classes count for half, whatever their sizes."""
    positives = max(float(y.sum()), 1.0)
    negatives = max(float(len(y) - y.sum()), 1.0)
    return np.where(y > 0.5, 0.5 / positives, 0.5 / negatives)


def fit(
    x: Floats, y: Floats, weights: Floats, ridge: float, start: Logistic | None = None
) -> Logistic:
    """Minimises Σ weights · log-loss / Σ weights + ridge / 2 · |weight|².

    Args:
        x: [n, F]
        y: [n] in 0..1; soft targets are allowed.
        weights: [n] not negative.
        ridge: pull of the standardised weights to zero; the bias is free.
        start: a fit to similar rows, from which Newton needs fewer steps to the same end.
    """
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    scale = np.where(deviation > CONSTANT, deviation, 1.0)
    rows = np.concatenate([(x - mean) / scale, np.ones((len(x), 1))], axis=1)
    share = weights / weights.sum()
    pull = np.full(rows.shape[1], ridge)
    pull[-1] = 0.0
    begin = np.zeros(rows.shape[1])
    if start is not None:
        begin = np.append(start.weight, start.bias)
    found = _newton(rows, y, share, pull, begin)
    return Logistic(mean=mean, scale=scale, weight=found[:-1], bias=float(found[-1]))


def _newton(rows: Floats, y: Floats, share: Floats, pull: Floats, at: Floats) -> Floats:
    loss = _loss(rows, y, share, pull, at)
    for _ in range(MOST_STEPS):
        p = sigmoid(rows @ at)
        slope = rows.T @ (share * (p - y)) + pull * at
        # A crumb on the diagonal keeps the free bias solvable when all answers are certain.
        curve = (rows * (share * p * (1 - p))[:, None]).T @ rows + np.diag(pull + 1e-9)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while (next_loss := _loss(rows, y, share, pull, at - size * step)) > loss and size > 1e-6:
            size /= 2
        at, loss = at - size * step, next_loss
        if np.abs(size * step).max() < PRECISION:
            break
    return at


def _loss(rows: Floats, y: Floats, share: Floats, pull: Floats, at: Floats) -> float:
    logit = rows @ at
    log_loss = np.logaddexp(0.0, logit) - y * logit
    return float(share @ log_loss + 0.5 * (pull * at) @ at)
