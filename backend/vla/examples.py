"""Batches of training examples from demonstrations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

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

    def alike(self, share: float = 0.8) -> NDArray[np.float32]:
        """[S] 1 for components of proprioception that do not tell the episodes apart, else 0.

        A component that differs more between episodes than inside them (where the tool is, when
        the goal is elsewhere each time) invites a model to know each demonstration by heart
        instead of looking at the pictures.
        """
        episodes = [
            self.demos.state[self.training[self.demos.episode[self.training] == number]]
            for number in np.unique(self.demos.episode[self.training])
        ]
        inside = np.median([states.var(axis=0) for states in episodes], axis=0)
        between = np.var([np.median(states, axis=0) for states in episodes], axis=0)
        return np.asarray(between <= share * (inside + between), np.float32)

    def shown(self, hidden: Sequence[str]) -> NDArray[np.float32]:
        """[S] 1 for components of proprioception that a policy may see, else 0.

        Hidden are those that tell episodes apart (`alike`) and those whose names match `hidden`,
        say `tcp_v*`. A policy that sees its own motion copies it instead of looking where to go,
        and hesitates (de Haan et al. 2019, "Causal Confusion in Imitation Learning").

        Raises:
            DemoError: when a pattern matches no component.
        """
        names = self.demos.meta.state_names
        for pattern in hidden:
            if not any(fnmatchcase(name, pattern) for name in names):
                msg = f"No proprioception is called {pattern!r}; there is {', '.join(names)}."
                raise DemoError(msg)
        told = [any(fnmatchcase(name, pattern) for pattern in hidden) for name in names]
        return np.where(told, np.float32(0.0), self.alike())

    def ahead(self) -> NDArray[np.float32]:
        """How far the demonstration still went from every anchor, [N, S] in deviations.

        In the components that tell episodes apart; zero for the others.
        """
        way = self.demos.futures(np.arange(len(self.demos)), ())
        return (way * (1.0 - self.alike()) / self.ahead_scale()).astype(np.float32)

    def ahead_scale(self) -> NDArray[np.float32]:
        """[S] one deviation of the way ahead, in the unit of each component."""
        deviation = self.demos.futures(self.training, ()).std(axis=0)
        scale: NDArray[np.float32] = np.maximum(deviation, 1e-8).astype(np.float32)
        return scale

    def places(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Where the demonstration of every anchor ended, [N, S] in deviations of the way ahead.

        With the middle of those of training, [S] SI, and the deviations per unit, [S]: place =
        (end - middle) * deviations. Zero for the components that do not tell episodes apart.
        """
        rows = np.arange(len(self.demos))
        ends = self.demos.state[rows] + self.demos.futures(rows, ())
        middle = ends[self.training].mean(axis=0).astype(np.float32)
        per_unit = ((1.0 - self.alike()) / self.ahead_scale()).astype(np.float32)
        return ((ends - middle) * per_unit).astype(np.float32), middle, per_unit

    def looks(self, size: int = 256) -> Iterator[tuple[Tensor, Tensor]]:
        """All anchors in order, some at a time: pictures [n, C, 3, P, P], proprioception [n, S]."""
        for start in range(0, len(self.demos), size):
            rows = np.arange(start, min(start + size, len(self.demos)))
            state = torch.from_numpy(self.demos.state[rows])
            yield pixels_to_input(self.demos.pictures(rows)), state

    def some_images(self, count: int = 4000) -> Tensor:
        """Pictures spread evenly over the training episodes, [n, cameras, 3, P, P]."""
        step = max(1, len(self.training) // count)
        return pixels_to_input(self.demos.pictures(self.training[::step]))

    def batch(self, rows: NDArray[np.int64]) -> Example:
        """The examples at these anchors."""
        demos, norm = self.demos, self.normalisation
        chunk, inside = demos.chunks(rows, self.horizon)
        # Bent like a logarithm: the last millimetre counts as much as the way there.
        bent = np.arcsinh(demos.futures(rows, FUTURE_STEPS) / self._future_scale)
        future = (bent - self._future_mean) / self._future_std
        return Example(
            state=torch.from_numpy(norm.state_z(demos.state[rows])),
            chunk=torch.from_numpy(norm.action_z(chunk)),
            weight=torch.from_numpy(np.where(inside, 1.0, _PADDED_WEIGHT).astype(np.float32)),
            future=torch.from_numpy(future.astype(np.float32)),
        )
