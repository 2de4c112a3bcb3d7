"""RLT assembled: the learner's side of the algorithm.

Departures from the paper, all deliberate: the actor starts as a copy of the reference (behaviour
cloning), the actor follows the mean of both critics rather than the first, critic targets count
several chunks of real outcome (n-step returns) and are clipped to the range of possible returns,
the pull uses the mean chunk rather than a sample (the fixed deviation only adds a constant), and
robots play a running mean of the actor.
"""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import torch
from torch import Generator, Tensor

from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.launch import CPU, launcher
from backend.rl.normalisation import Normalisation
from backend.rl.replay import Batch, Replay, blurred
from backend.rl.update import Metrics, Networks, Td3Step

FIGURES = tuple(item.name for item in fields(Metrics))
LAUNCH = 10
"""Updates that a GPU is told of at once, at most."""


class Rlt:
    """Actor and critics of one run. One thread uses it; all randomness comes from `seed`.

    Checkpoints lie on the processor and fit every device. A seed draws other noise on a GPU than
    on a processor, and so does a run that goes on on the other kind of device.
    """

    def __init__(
        self,
        config: RltConfig,
        dims: Dims,
        normalisation: Normalisation,
        seed: int,
        device: torch.device = CPU,
    ) -> None:
        """Fresh networks from the seed, on the device."""
        self.config = config
        self.dims = dims
        self.normalisation = normalisation
        self.device = device
        self._seed = seed
        self.actor_frozen = False
        """The critics learn on alone; settable between updates."""
        self.updates = 0
        """Critic updates so far."""
        self._draws = Generator().manual_seed(seed)
        self._noise = Generator(device).manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.networks = Networks(dims, config.hidden, device)
        low, high = (
            torch.from_numpy(np.tile(bound, dims.chunk)).to(device)
            for bound in normalisation.bounds_z()
        )
        self._step = Td3Step(self.networks, config, (low, high))
        self._launcher = launcher(device, self._noise)
        # Where a recorded update finds them again: their places stay, their values change.
        self._beta = torch.tensor(config.beta_early, dtype=torch.float64, device=device)
        self._last_actor = torch.zeros(2, device=device)

    @property
    def beta(self) -> float:
        """Pull to the reference, settable between updates."""
        return self._beta.item()

    @beta.setter
    def beta(self, pull: float) -> None:
        self._beta.fill_(pull)

    def new_replay(self) -> Replay:
        """An empty replay that fits this run."""
        return Replay(
            self.dims,
            self.config.replay_capacity,
            gamma=self.config.gamma,
            human_share=self.config.human_share,
            device=self.device,
        )

    def pretrain(self, replay: Replay, steps: int | None = None) -> Metrics:
        """Teach the actor to copy its reference (or the person), before any reinforcement."""
        total = self.config.pretrain_steps if steps is None else steps
        size = self.config.batch_size
        distances = [
            self._step.copy(replay.sample(size, self._draws), self._noise) for _ in range(total)
        ]
        self.networks.copy_to_targets()
        recent = distances[-100:]
        return Metrics(bc_distance=torch.stack(recent).mean().item() if recent else 0.0)

    def train(self, replay: Replay, updates: int) -> Metrics:
        """Make several updates, each on a batch of its own, and return the means."""
        if updates < 1:
            msg = "train() needs at least one update to make."
            raise ValueError(msg)
        figures = torch.zeros(len(FIGURES), device=self.device)
        for first in range(0, updates, LAUNCH):
            figures += self._several(replay, min(LAUNCH, updates - first))
        return Metrics(**dict(zip(FIGURES, (figures / updates).tolist(), strict=True)))

    @torch.inference_mode()
    def _several(self, replay: Replay, updates: int) -> Tensor:
        """Sums of `FIGURES` over several updates, which the device hears of at once."""
        size = self.config.batch_size
        rows = torch.stack([replay.draw(size, self._draws) for _ in range(updates)])
        turns = tuple(self._actor_moves(self.updates + n + 1) for n in range(updates))

        def work(rows: Tensor) -> Tensor:
            pairs = zip(rows, turns, strict=True)
            return torch.stack([self._update(replay.at(r), turn) for r, turn in pairs]).sum(dim=0)

        figures = self._launcher.run((replay, turns), work, rows.to(self.device))
        self.updates += updates
        return figures

    def _actor_moves(self, update: int) -> bool:
        every = self.config.critic_updates_per_actor_update
        return update % every == 0 and not self.actor_frozen

    def _update(self, batch: Batch, actor_moves: bool) -> Tensor:
        """One critic step and perhaps an actor step; their `FIGURES`."""
        batch = blurred(batch, self.config.observation_noise, self._noise)
        loss, q, target = self._step.critics(batch, self._noise)
        means = [q.mean(), q.min(), q.max(), target.mean()]
        if actor_moves:
            moved = self._step.actor(batch, self._beta, self._noise)
            self._last_actor.copy_(torch.stack(moved))
        actor_loss, distance = self._last_actor
        return torch.stack([loss, actor_loss, *means, distance])

    def actor_state(self) -> dict[str, Tensor]:
        """All that rollout needs to drive: actor, statistics, sizes and exploration."""
        played = self.networks.played_actor.state_dict()
        actor = {f"actor.{k}": _apart(v) for k, v in played.items()}
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
        networks = {f"networks.{k}": _apart(v) for k, v in self.networks.state_dict().items()}
        return {
            **networks,
            **self._step.actor_adam.tensors("actor_adam"),
            **self._step.critic_adam.tensors("critic_adam"),
            "meta.updates": torch.tensor(self.updates),
            "meta.beta": torch.tensor(self.beta, dtype=torch.float64),
            "meta.draws": self._draws.get_state(),
            "meta.noise": self._noise.get_state(),
            "meta.last_actor": _apart(self._last_actor),
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
        for name, generator in (("draws", self._draws), ("noise", self._noise)):
            state = tensors.get(f"meta.{name}")
            if state is not None and len(state) == len(generator.get_state()):
                generator.set_state(state)
            else:  # saved on another kind of device: not the draws of the run's beginning again
                generator.manual_seed(self._seed + self.updates)
        self._last_actor.copy_(tensors["meta.last_actor"])


def _apart(value: Tensor) -> Tensor:
    """A copy on the processor, which later updates do not touch."""
    return value.detach().to(CPU, copy=True)
