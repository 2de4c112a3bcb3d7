"""Demonstration statistics: the units in which distances between actions mean something.

A slow demonstrator uses a few per cent of the action range, so a distance in raw units says
nothing. Every distance in this package is in standard deviations of the demonstrations.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

Floats = NDArray[np.float32]

_SMALLEST_STD = 1e-8
_PREFIX = "normalisation."


@dataclass(frozen=True, kw_only=True)
class Normalisation:
    """Mean and deviation per component of actions [A] and proprioception [S], physical units."""

    action_mean: Floats
    action_std: Floats
    action_limit: Floats
    """Largest magnitude the robot accepts, [A]; the actor's output is clipped here, in metres and
    radians, never at a round number of deviations."""
    state_mean: Floats
    state_std: Floats

    @classmethod
    def fit(cls, actions: ArrayLike, states: ArrayLike, action_limit: ArrayLike) -> Self:
        """Measure demonstrations: actions [N,A], states [N,S]."""
        action = np.asarray(actions, np.float64)
        state = np.asarray(states, np.float64)
        action_mean, action_std = _moments(action)
        state_mean, state_std = _moments(state)
        return cls(
            action_mean=action_mean,
            action_std=action_std,
            action_limit=np.asarray(action_limit, np.float32),
            state_mean=state_mean,
            state_std=state_std,
        )

    def action_z(self, action: ArrayLike) -> Floats:
        """Physical actions [..., A] to z-scores."""
        return np.asarray((np.asarray(action) - self.action_mean) / self.action_std, np.float32)

    def state_z(self, state: ArrayLike) -> Floats:
        """Physical proprioception [..., S] to z-scores."""
        return np.asarray((np.asarray(state) - self.state_mean) / self.state_std, np.float32)

    def bounds_z(self) -> tuple[Floats, Floats]:
        """The robot's action limits in z-scores: low [A], high [A]."""
        return self.action_z(-self.action_limit), self.action_z(self.action_limit)

    def tensors(self) -> dict[str, Tensor]:
        """As named tensors, for a checkpoint."""
        return {
            _PREFIX + item.name: torch.from_numpy(np.array(getattr(self, item.name), np.float32))
            for item in fields(self)
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> Self:
        """Read them back from a checkpoint's tensors; others are ignored."""
        missing = [f.name for f in fields(cls) if _PREFIX + f.name not in tensors]
        if missing:
            msg = f"The checkpoint carries no normalisation ({', '.join(missing)} missing)."
            raise ValueError(msg)
        return cls(
            **{f.name: tensors[_PREFIX + f.name].to(torch.float32).numpy() for f in fields(cls)}
        )

    def sha256(self) -> str:
        """Identity of these statistics, for the lock between checkpoints and episodes."""
        digest = hashlib.sha256()
        for item in fields(self):
            digest.update(item.name.encode())
            digest.update(np.ascontiguousarray(getattr(self, item.name), "<f4").tobytes())
        return digest.hexdigest()


def _moments(values: NDArray[np.float64]) -> tuple[Floats, Floats]:
    mean = values.mean(axis=0).astype(np.float32)
    spread = values.std(axis=0)
    # A component that never moved in the demonstrations carries no scale of its own.
    spread = np.where(spread < _SMALLEST_STD, 1.0, spread)
    return mean, spread.astype(np.float32)
