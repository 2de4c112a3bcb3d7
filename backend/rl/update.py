"""One TD3-style step of RLT on one batch, and the networks it moves."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from backend.rl.actor import Actor
from backend.rl.config import RltConfig
from backend.rl.critic import Critics
from backend.rl.dims import Dims
from backend.rl.losses import actor_loss, critic_loss, drop_reference
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
    """Actor, critics, and the slow copies that targets are made from."""

    def __init__(self, dims: Dims, hidden: int) -> None:
        """Fresh networks; copies start equal."""
        super().__init__()
        self.actor = Actor(dims, hidden)
        self.critics = Critics(dims, hidden)
        self.target_actor = Actor(dims, hidden).requires_grad_(False)
        self.target_critics = Critics(dims, hidden).requires_grad_(False)
        self.copy_to_targets()

    @torch.no_grad()
    def copy_to_targets(self) -> None:
        """Make both slow copies equal to their originals."""
        self.target_actor.load_state_dict(self.actor.state_dict())
        self.target_critics.load_state_dict(self.critics.state_dict())


@torch.no_grad()
def follow(slow: Iterable[Tensor], fast: Iterable[Tensor], tau: float) -> None:
    """Polyak averaging: slow += tau * (fast - slow)."""
    for old, new in zip(slow, fast, strict=True):
        old.lerp_(new, tau)


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
        self.actor_optimizer = torch.optim.Adam(networks.actor.parameters(), rate, fused=True)
        self.critic_optimizer = torch.optim.Adam(networks.critics.parameters(), rate, fused=True)
        self._actor_parameters = list(networks.actor.parameters())
        self._critic_parameters = list(networks.critics.parameters())

    def critics(self, batch: Batch, generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Move the critics; return loss, values [E, B] and targets [B]."""
        target = self._target(batch, generator)
        q = self._networks.critics(batch.x, batch.action)
        loss = critic_loss(q, target)
        _descend(loss, self._critic_parameters, self.critic_optimizer)
        return loss.detach(), q.detach(), target

    def actor(self, batch: Batch, beta: float, generator: Generator) -> tuple[Tensor, Tensor]:
        """Move the actor; return loss and distance. The pull looks at the un-dropped target."""
        config = self._config
        shown = drop_reference(batch.reference, config.reference_dropout, generator)
        chunk = self._networks.actor(batch.x, shown)
        q = self._networks.critics(batch.x, torch.clamp(chunk, self._low, self._high))
        loss, distance = actor_loss(q.mean(dim=0), chunk, batch.target, beta)
        _descend(loss, self._actor_parameters, self.actor_optimizer)
        follow(self._networks.target_actor.parameters(), self._actor_parameters, config.tau)
        return loss.detach(), distance.detach()

    def follow_critics(self) -> None:
        """Move the slow critics."""
        slow = self._networks.target_critics.parameters()
        follow(slow, self._critic_parameters, self._config.tau)

    @torch.no_grad()
    def _target(self, batch: Batch, generator: Generator) -> Tensor:
        config = self._config
        chunk = self._networks.target_actor(batch.next_x, batch.next_reference)
        noise = smoothing_noise(
            chunk,
            deviation=config.target_noise,
            clip=config.target_noise_clip,
            generator=generator,
        )
        chunk = torch.clamp(chunk + noise, self._low, self._high)
        next_q = self._networks.target_critics(batch.next_x, chunk)
        return critic_target(
            batch.reward,
            batch.discount,
            next_q,
            low=config.target_low,
            high=config.target_high,
        )


def _descend(loss: Tensor, parameters: list[nn.Parameter], optimizer: torch.optim.Adam) -> None:
    """Gradients for these parameters only: an actor step must leave the critics' alone."""
    gradients = torch.autograd.grad(loss, parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()
