"""The actor as rollout uses it: physical units in, physical units out."""

from collections.abc import Mapping
from copy import copy
from typing import Self

import torch
from torch import Generator, Tensor

from backend.rl.actor import Actor
from backend.rl.dims import Dims
from backend.rl.exploration import Exploration
from backend.rl.normalisation import Normalisation

_REQUIRED = ("actor.net.0.weight", "meta.chunk", "meta.token", "meta.exploration")


class ActorPolicy:
    """A loaded actor. It cannot exist without weights, so it never answers before it has some."""

    def __init__(
        self, actor: Actor, dims: Dims, normalisation: Normalisation, exploration: Exploration
    ) -> None:
        """Hold a ready actor; use `load` to read one from a checkpoint."""
        self.dims = dims
        self.normalisation = normalisation
        self.exploration = exploration
        self._actor = actor.eval().requires_grad_(False)
        self._action_mean = torch.from_numpy(normalisation.action_mean)
        self._action_std = torch.from_numpy(normalisation.action_std)
        self._state_mean = torch.from_numpy(normalisation.state_mean)
        self._state_std = torch.from_numpy(normalisation.state_std)
        self._limit = torch.from_numpy(normalisation.action_limit)

    @classmethod
    def load(cls, tensors: Mapping[str, Tensor]) -> Self:
        """Build the policy from `Rlt.actor_state()`."""
        missing = [name for name in _REQUIRED if name not in tensors]
        if missing:
            msg = f"These tensors are not an actor checkpoint: {', '.join(missing)} missing."
            raise ValueError(msg)
        normalisation = Normalisation.from_tensors(tensors)
        dims = Dims(
            token=int(tensors["meta.token"]),
            state=len(normalisation.state_mean),
            action=len(normalisation.action_mean),
            chunk=int(tensors["meta.chunk"]),
        )
        actor = Actor(dims, hidden=len(tensors["actor.net.0.weight"]))
        actor.load_state_dict(
            {k.removeprefix("actor."): v for k, v in tensors.items() if k.startswith("actor.")}
        )
        per_chunk, per_step = tensors["meta.exploration"].tolist()
        return cls(actor, dims, normalisation, Exploration(per_chunk, per_step))

    def exploring(self, exploration: Exploration) -> Self:
        """The same actor with other noise."""
        other = copy(self)
        other.exploration = exploration
        return other

    def act(
        self, z: Tensor, proprio: Tensor, reference: Tensor, explore: bool, generator: Generator
    ) -> Tensor:
        """One chunk for each row: z [B,K], proprio [B,S], reference [B,C,A] -> [B,C,A].

        Without exploration this is the mean, so a repeated call gives the same chunk. The result
        is clipped to the robot's limits; the reference is not.
        """
        state = (proprio - self._state_mean) / self._state_std
        shown = (reference - self._action_mean) / self._action_std
        x = torch.cat([z, state], dim=-1)
        with torch.inference_mode():
            chunk = self._actor(x, shown.flatten(1)).view_as(reference)
        if explore:
            chunk = chunk + self._noise(len(chunk), generator)
        physical = chunk * self._action_std + self._action_mean
        return torch.clamp(physical, -self._limit, self._limit)

    def explore_reference(self, reference: Tensor, generator: Generator) -> Tensor:
        """The reference [B,C,A] with the same noise as the actor's, for warm-up. Not clipped."""
        return reference + self._noise(len(reference), generator) * self._action_std

    def _noise(self, batch: int, generator: Generator) -> Tensor:
        return self.exploration.noise(batch, self.dims.chunk, self.dims.action, generator)
