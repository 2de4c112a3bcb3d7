"""RLT's update as a textbook writes it: one module per network, autograd, no thought of speed.

A yardstick for the learner's own update: equal in what it computes, so that a test can compare
parameters, and measured in the same run, so that a bench can compare rates.
"""

import copy
from collections.abc import Iterable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Generator, Tensor, nn

from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.replay import Batch
from backend.rl.update import Networks


class Critic(nn.Module):
    """One critic."""

    def __init__(self, dims: Dims, hidden: int) -> None:
        """Two hidden layers with LayerNorm."""
        super().__init__()
        self.one = nn.Linear(dims.observation + dims.flat_chunk, hidden)
        self.two = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """Values [B]."""
        value = self.one(torch.cat([x, chunk], dim=-1))
        value = F.relu(F.layer_norm(value, (self.hidden,)))
        value = F.relu(F.layer_norm(self.two(value), (self.hidden,)))
        out: Tensor = self.last(value)[:, 0]
        return out


class Textbook:
    """Begins with the parameters of `like`."""

    def __init__(
        self, like: Networks, dims: Dims, config: RltConfig, bounds: tuple[Tensor, Tensor]
    ) -> None:
        """Copies everything."""
        self.config = config
        self.low, self.high = bounds
        device = self.low.device
        self.actor = _actor(dims, config.hidden).to(device)
        _read(self.actor.parameters(), like.actor.parameters())
        self.critics = [Critic(dims, config.hidden).to(device) for _ in range(2)]
        for number, critic in enumerate(self.critics):
            _read_critic(critic, like, number)
        self.target_actor = copy.deepcopy(self.actor)
        self.target_critics = copy.deepcopy(self.critics)
        rate = config.learning_rate
        self.actor_adam = torch.optim.Adam(self.actor.parameters(), rate)
        parameters = [p for critic in self.critics for p in critic.parameters()]
        self.critic_adam = torch.optim.Adam(parameters, rate)
        self.updates = 0

    def update(self, batch: Batch, beta: float, generator: Generator) -> None:
        """One step of TD3, as in the paper's algorithm box."""
        config = self.config
        with torch.no_grad():
            chunk = self.target_actor(torch.cat([batch.next_x, batch.next_reference], dim=-1))
            noise = torch.randn(chunk.shape, generator=generator, device=chunk.device)
            noise = noise * config.target_noise
            noise = noise.clamp(-config.target_noise_clip, config.target_noise_clip)
            chunk = torch.clamp(chunk + noise, self.low, self.high)
            values = [critic(batch.next_x, chunk) for critic in self.target_critics]
            target = batch.reward + batch.discount * torch.minimum(*values)
            target = target.clamp(config.target_low, config.target_high)
        loss = sum(F.mse_loss(critic(batch.x, batch.action), target) for critic in self.critics)
        _descend(loss, self.critic_adam)
        self.updates += 1
        if self.updates % config.critic_updates_per_actor_update == 0:
            self._update_actor(batch, beta, generator)
        for old, new in zip(self.target_critics, self.critics, strict=True):
            _follow(old, new, config.tau)

    def _update_actor(self, batch: Batch, beta: float, generator: Generator) -> None:
        config = self.config
        chance = torch.rand(len(batch.x), 1, generator=generator, device=batch.x.device)
        kept = chance >= config.reference_dropout
        chunk = self.actor(torch.cat([batch.x, batch.reference * kept], dim=-1))
        played = torch.clamp(chunk, self.low, self.high)
        q = torch.stack([critic(batch.x, played) for critic in self.critics]).mean(dim=0)
        distance = (chunk - batch.target).square().sum(dim=-1).mean()
        _descend(beta * distance - q.mean(), self.actor_adam)
        _follow(self.target_actor, self.actor, config.tau)


def _actor(dims: Dims, hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(dims.observation + dims.flat_chunk, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, dims.flat_chunk),
    )


@torch.no_grad()
def _read(into: Iterable[Tensor], values: Iterable[Tensor]) -> None:
    for mine, other in zip(into, values, strict=True):
        mine.copy_(other)


def _read_critic(critic: Critic, like: Networks, number: int) -> None:
    net = like.critics
    _read(
        critic.parameters(),
        [
            net.first[number].T,
            net.first_bias[number, 0],
            net.second[number].T,
            net.second_bias[number, 0],
            net.last[number].T,
            net.last_bias[number, 0],
        ],
    )


def _descend(loss: Tensor | int, optimizer: torch.optim.Adam) -> None:
    assert isinstance(loss, Tensor)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


@torch.no_grad()
def _follow(old: nn.Module, new: nn.Module, tau: float) -> None:
    for slow, fast in zip(old.parameters(), new.parameters(), strict=True):
        slow.mul_(1 - tau).add_(fast, alpha=tau)
