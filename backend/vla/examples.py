"""Batches of training examples from demonstrations."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from backend.rl.normalisation import Normalisation
from backend.vla.compact.model import pixels_to_input
from backend.vla.demos import DemoError, Demos

FUTURE_STEPS = (25,)
"""Steps ahead at which the demonstrator's own proprioception is predicted (and at the end)."""

_PADDED_WEIGHT = 0.1
"""Weight of the steps after the end of an episode, where the demonstration says only "stay"."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A batch, z-scores throughout."""

    images: Tensor
    """[B, cameras, 3, P, P]"""
    state: Tensor
    """[B, S]"""
    chunk: Tensor
    """[B, H, A]"""
    weight: Tensor
    """[B, H]"""
    future: Tensor
    """[B, F] change of proprioception, later and at the end of the demonstration."""


class Examples:
    """Random access to demonstrations, normalised."""

    def __init__(self, demos: Demos, horizon: int) -> None:
        """Fit the statistics on the training episodes only."""
        self.demos = demos
        self.horizon = horizon
        held_out = demos.held_out()
        self.training = np.flatnonzero(~held_out)
        self.held_out = np.flatnonzero(held_out)
        if not len(self.held_out) or not len(self.training):
            msg = "At least ten demonstrations are needed: one in ten is held out."
            raise DemoError(msg)
        limit = np.array(demos.meta.action_limit, np.float32)
        actions = demos.steps_action[demos.row[self.training]]
        self.normalisation = Normalisation.fit(actions, demos.state[self.training], limit)
        futures = demos.futures(self.training, FUTURE_STEPS)
        self._future_scale = np.maximum(np.percentile(np.abs(futures), 25, axis=0), 1e-8)
        bent = np.arcsinh(futures / self._future_scale)
        self._future_mean = bent.mean(axis=0)
        self._future_std = np.maximum(bent.std(axis=0), 1e-8)

    @property
    def future_size(self) -> int:
        """F."""
        return len(self._future_mean)

    def batch(self, rows: NDArray[np.int64]) -> Example:
        """The examples at these anchors."""
        demos, norm = self.demos, self.normalisation
        chunk, inside = demos.chunks(rows, self.horizon)
        # Bent like a logarithm: the last millimetre counts as much as the way there.
        bent = np.arcsinh(demos.futures(rows, FUTURE_STEPS) / self._future_scale)
        future = (bent - self._future_mean) / self._future_std
        return Example(
            images=pixels_to_input(demos.images[rows]),
            state=torch.from_numpy(norm.state_z(demos.state[rows])),
            chunk=torch.from_numpy(norm.action_z(chunk)),
            weight=torch.from_numpy(np.where(inside, 1.0, _PADDED_WEIGHT).astype(np.float32)),
            future=torch.from_numpy(future.astype(np.float32)),
        )
