"""One TD3-style step of RLT on one batch, and the networks it moves."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from backend.rl.actor import Actor
from backend.rl.config import RltConfig
from backend.rl.critic import Critics
from backend.rl.dims import Dims
from backend.rl.flat import Flat, FlatAdam
from backend.rl.losses import (
    actor_loss,
    chunk_distance,
    critic_loss,
    critic_slope,
    distance_slope,
    drop_reference,
)
from backend.rl.passes import ActorPass, CriticsPass
from backend.rl.replay import Batch
from backend.rl.targets import critic_target, smoothing_noise


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Figures of one or several updates, means over them."""

    critic_loss: float = 0.0
    actor_loss: float = 0.0
    q_mean: float = 0.0
    q_min: float = 0.0
    q_max: float = 0.0
    target_mean: float = 0.0
    bc_distance: float = 0.0
    """Squared distance of the actor's chunk to its pull, z^2 summed over the chunk."""


class Networks(nn.Module):
    """Actor, critics, the slow copies that targets are made from, and the actor that plays.

    The actor that plays is a running mean of the one that learns: single updates make it better
    at some moments and worse at others, and robots should not have to feel that.
    """

    def __init__(self, dims: Dims, hidden: int, device: torch.device) -> None:
        """Fresh networks, the same for a seed on every device; copies start equal."""
        super().__init__()
        self.actor = Actor(dims, hidden)
        self.critics = Critics(dims, hidden)
        self.target_actor = Actor(dims, hidden).requires_grad_(False)
        self.target_critics = Critics(dims, hidden).requires_grad_(False)
        self.played_actor = Actor(dims, hidden).requires_grad_(False)
        self.to(device)
        self.flat_actor, self.flat_critics = Flat(self.actor), Flat(self.critics)
        self.flat_target_actor = Flat(self.target_actor)
        self.flat_target_critics = Flat(self.target_critics)
        self.flat_played_actor = Flat(self.played_actor)
        self.copy_to_targets()

    def copy_to_targets(self) -> None:
        """Make all slow copies equal to their originals."""
        self.copy_actor()
        self.flat_target_critics.copy_(self.flat_critics)

    def copy_actor(self) -> None:
        """Make the slow copies of the actor equal to it."""
        self.flat_target_actor.copy_(self.flat_actor)
        self.flat_played_actor.copy_(self.flat_actor)


class Td3Step:
    """Critics at every step, actor at every n-th, targets following."""

    def __init__(
        self, networks: Networks, config: RltConfig, bounds: tuple[Tensor, Tensor]
    ) -> None:
        """Make the optimisers.

        Args:
            networks: what is trained, in place.
            config: hyper-parameters.
            bounds: z-scored action limits of a flat chunk, low [F] and high [F].
        """
        self._networks = networks
        self._config = config
        self._low, self._high = bounds
        rate = config.learning_rate
        self.actor_adam = FlatAdam(networks.flat_actor, rate)
        self.critic_adam = FlatAdam(networks.flat_critics, rate)
        self._actor, self._critics = ActorPass(networks.actor), CriticsPass(networks.critics)
        self._target_actor = ActorPass(networks.target_actor)
        self._target_critics = CriticsPass(networks.target_critics)

    @torch.inference_mode()
    def critics(self, batch: Batch, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Move the critics and their slow copies; return loss, values [E, B] and targets [B]."""
        networks = self._networks
        target = self._target(batch, generator)
        q = self._critics.forward(batch.x, batch.action)
        self._critics.backward(critic_slope(q, target))
        self.critic_adam.step()
        networks.flat_target_critics.follow(networks.flat_critics, self._config.tau)
        return critic_loss(q, target), q, target

    @torch.inference_mode()
    def actor(self, batch: Batch, beta: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Move the actor; return loss and distance. The pull looks at the un-dropped target."""
        config, networks = self._config, self._networks
        shown = drop_reference(batch.reference, config.reference_dropout, generator)
        chunk = self._actor.forward(batch.x, shown)
        q = self._critics.forward(batch.x, torch.clamp(chunk, self._low, self._high))
        loss, distance = actor_loss(q.mean(dim=0), chunk, batch.target, beta)
        # Beyond the robot's limits more of the same changes nothing.
        inside = (chunk >= self._low) & (chunk <= self._high)
        value = torch.full_like(q, -1.0 / q.numel())
        slope = self._critics.chunk_slope(value, chunk.shape[1]).mul_(inside)
        slope.add_(distance_slope(chunk, batch.target).mul_(beta))
        self._actor.backward(slope)
        self.actor_adam.step()
        networks.flat_target_actor.follow(networks.flat_actor, config.tau)
        networks.flat_played_actor.follow(networks.flat_actor, config.actor_average)
        return loss, distance

    @torch.inference_mode()
    def copy(self, batch: Batch, generator: Generator) -> Tensor:
        """Move the actor towards its pull alone (behaviour cloning); return the distance."""
        shown = drop_reference(batch.reference, self._config.reference_dropout, generator)
        chunk = self._actor.forward(batch.x, shown)
        self._actor.backward(distance_slope(chunk, batch.target))
        self.actor_adam.step()
        return chunk_distance(chunk, batch.target).mean()

    @torch.inference_mode()
    def _target(self, batch: Batch, generator: Generator) -> Tensor:
        config = self._config
        chunk = self._target_actor.forward(batch.next_x, batch.next_reference)
        noise = smoothing_noise(
            chunk,
            deviation=config.target_noise,
            clip=config.target_noise_clip,
            generator=generator,
        )
        chunk = torch.clamp(chunk + noise, self._low, self._high)
        next_q = self._target_critics.forward(batch.next_x, chunk)
        return critic_target(
            batch.reward,
            batch.discount,
            next_q,
            low=config.target_low,
            high=config.target_high,
        )
