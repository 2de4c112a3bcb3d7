"""RLT assembled: the learner's side of the algorithm.

Departures from the paper, all deliberate: the actor starts as a copy of the reference (behaviour
cloning), the actor follows the mean of both critics rather than the first, critic targets are
clipped to the range of possible returns, the pull uses the mean chunk rather than a sample
(the fixed deviation only adds a constant), and robots play a running mean of the actor.
"""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import torch
from torch import Generator, Tensor

from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.normalisation import Normalisation
from backend.rl.replay import Batch, Replay, blurred
from backend.rl.update import Metrics, Networks, Td3Step


class Rlt:
    """Actor and critics of one run. One thread uses it; all randomness comes from `seed`."""

    def __init__(
        self, config: RltConfig, dims: Dims, normalisation: Normalisation, seed: int
    ) -> None:
        """Fresh networks from the seed."""
        self.config = config
        self.dims = dims
        self.normalisation = normalisation
        self.beta = config.beta_early
        """Pull to the reference, settable between updates."""
        self.actor_frozen = False
        """The critics learn on alone; settable between updates."""
        self.updates = 0
        """Critic updates so far."""
        self._generator = Generator().manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.networks = Networks(dims, config.hidden)
        low, high = (
            torch.from_numpy(np.tile(bound, dims.chunk)) for bound in normalisation.bounds_z()
        )
        self._step = Td3Step(self.networks, config, (low, high))
        self._last_actor = (torch.zeros(()), torch.zeros(()))

    def new_replay(self) -> Replay:
        """An empty replay that fits this run."""
        return Replay(
            self.dims,
            self.config.replay_capacity,
            gamma=self.config.gamma,
            human_share=self.config.human_share,
        )

    def pretrain(self, replay: Replay, steps: int | None = None) -> Metrics:
        """Teach the actor to copy its reference (or the person), before any reinforcement."""
        total = self.config.pretrain_steps if steps is None else steps
        size = self.config.batch_size
        distances = [
            self._step.copy(replay.sample(size, self._generator), self._generator).item()
            for _ in range(total)
        ]
        self.networks.copy_to_targets()
        recent = distances[-100:]
        return Metrics(bc_distance=sum(recent) / max(len(recent), 1))

    def train(self, replay: Replay, updates: int) -> Metrics:
        """Make several updates, each on a batch of its own, and return the means."""
        if updates < 1:
            msg = "train() needs at least one update to make."
            raise ValueError(msg)
        made = [
            self.update(replay.sample(self.config.batch_size, self._generator))
            for _ in range(updates)
        ]
        names = [item.name for item in fields(Metrics)]
        return Metrics(**{n: sum(getattr(m, n) for m in made) / updates for n in names})

    def update(self, batch: Batch) -> Metrics:
        """One critic step, and an actor step every so many calls."""
        batch = blurred(batch, self.config.observation_noise, self._generator)
        loss, q, target = self._step.critics(batch, self._generator)
        self.updates += 1
        due = self.updates % self.config.critic_updates_per_actor_update == 0
        if due and not self.actor_frozen:
            self._last_actor = self._step.actor(batch, self.beta, self._generator)
        self._step.follow_critics()
        return Metrics(
            critic_loss=loss.item(),
            actor_loss=self._last_actor[0].item(),
            q_mean=q.mean().item(),
            q_min=q.min().item(),
            q_max=q.max().item(),
            target_mean=target.mean().item(),
            bc_distance=self._last_actor[1].item(),
        )

    def actor_state(self) -> dict[str, Tensor]:
        """All that rollout needs to drive: actor, statistics, sizes and exploration."""
        played = self.networks.played_actor.state_dict()
        actor = {f"actor.{k}": v.clone() for k, v in played.items()}
        config = self.config
        meta = {
            "meta.chunk": torch.tensor(self.dims.chunk),
            "meta.token": torch.tensor(self.dims.token),
            "meta.exploration": torch.tensor([config.exploration_chunk, config.exploration_step]),
        }
        return actor | self.normalisation.tensors() | meta

    def go_back(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from an earlier `actor_state`; what the critics know stays known."""
        prefix = "actor."
        self.networks.actor.load_state_dict(
            {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        )
        self.networks.copy_actor()
        self._step.actor_adam.forget()

    def state_dict(self) -> dict[str, Tensor]:
        """Everything needed to go on exactly here, tensors only (the replay is kept apart)."""
        networks = {f"networks.{k}": v.clone() for k, v in self.networks.state_dict().items()}
        return {
            **networks,
            **self._step.actor_adam.tensors("actor_adam"),
            **self._step.critic_adam.tensors("critic_adam"),
            "meta.updates": torch.tensor(self.updates),
            "meta.beta": torch.tensor(self.beta, dtype=torch.float64),
            "meta.generator": self._generator.get_state(),
            "meta.last_actor": torch.stack(self._last_actor),
        }

    def load_state_dict(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from a saved state of the same sizes."""
        prefix = "networks."
        self.networks.load_state_dict(
            {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        )
        self._step.actor_adam.load("actor_adam", tensors)
        self._step.critic_adam.load("critic_adam", tensors)
        self.updates = int(tensors["meta.updates"])
        self.beta = float(tensors["meta.beta"])
        self._generator.set_state(tensors["meta.generator"])
        loss, distance = tensors["meta.last_actor"].clone()
        self._last_actor = (loss, distance)
