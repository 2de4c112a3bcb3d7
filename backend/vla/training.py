"""Training the compact model on demonstrations of several tasks, resumable at any step.

Its eyes are trained before (`eye_training.py`) and frozen here.

Two kinds of loss: flow matching of the action chunk, and forecasts of the demonstrator's own future
proprioception, once from the pictures alone and once from every single embedding. Forecasts make
eyes and embeddings precise about where the demonstration is going, with nothing that a real robot
does not record; their heads are thrown away.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from backend.vla.compact.eyes import Sight
from backend.vla.compact.language import words_to_ids
from backend.vla.compact.model import CompactNetwork
from backend.vla.examples import Examples
from backend.vla.progress import follow, load_progress, rate_share, save_progress, snapshot

_FUTURE_WEIGHT = 3.0
_STATE_NOISE = 0.05
_WARMUP = 200
_SIGHT_NOISE = 0.1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and how hard to train."""

    steps: int
    batch_size: int = 128
    """Examples per step, shared evenly among the tasks."""
    learning_rate: float = 1e-3
    seed: int = 0
    hidden: tuple[str, ...] = ()
    """Patterns of the names of proprioception that the policy does not see."""


@dataclass(frozen=True)
class Losses:
    """Means over a batch, in squared z-scores."""

    flow: Tensor
    future: Tensor
    """Of the embeddings."""
    seen: Tensor
    """The same forecast, from the pictures alone."""

    @property
    def total(self) -> Tensor:
        """What is minimised."""
        return self.flow + _FUTURE_WEIGHT * (self.future + self.seen)


@dataclass(frozen=True)
class _Lesson:
    """One task's examples with the sight of their pictures, computed once."""

    examples: Examples
    sight: Sight
    """Of all anchors, half precision."""
    words: Tensor
    """Token numbers of the instruction."""


class Trainer:
    """Network, running average and optimiser of one training."""

    def __init__(self, network: CompactNetwork, tasks: Sequence[Examples], plan: Plan) -> None:
        """Prepare; nothing moves before `run`. Examples come in the order of `config.tasks`."""
        self.network = network
        self.plan = plan
        self.step = 0
        eyes = network.encoder.eyes
        for part in (eyes.towers, eyes.ways, eyes.places):
            part.requires_grad_(False)
        network.encoder.eyes.measure(examples.some_images() for examples in tasks)
        self._lessons = [_lesson(network, examples, at) for at, examples in enumerate(tasks)]
        config = network.config
        shown = np.min([examples.shown(plan.hidden) for examples in tasks], axis=0)
        network.encoder.state_shown.copy_(torch.from_numpy(shown))
        future = tasks[0].future_size
        self._forecast = nn.ModuleDict(
            {
                "embedding": nn.Linear(config.width, future),
                "eyes": nn.Linear((config.patches + 1) * config.width, future),
            }
        )
        self._average = snapshot(network)
        free = [weight for weight in network.parameters() if weight.requires_grad]
        self._parameters = [*free, *self._forecast.parameters()]
        self._optimizer = torch.optim.AdamW(self._parameters, plan.learning_rate, weight_decay=0.05)

    def run(self, report: Callable[[int, Losses], None], pause: Callable[[], None]) -> None:
        """Train to the end of the plan; `report` hears of every step, `pause` may save."""
        while self.step < self.plan.steps:
            losses = self._update()
            self.step += 1
            report(self.step, losses)
            pause()

    def averaged(self) -> CompactNetwork:
        """A network with the running average of the weights, which is what is kept."""
        network = CompactNetwork(self.network.config)
        network.load_state_dict(self._average)
        return network.eval()

    def held_out(self, limit: int = 512) -> dict[str, float]:
        """Errors of the averaged network on episodes it never saw, per task."""
        network = self.averaged()
        figures: dict[str, float] = {}
        for lesson in self._lessons:
            found = self._judge(network, lesson, limit)
            task = lesson.examples.demos.meta.task
            figures |= {f"{task}_{name}": value for name, value in found.items()}
        return figures

    def _judge(self, network: CompactNetwork, lesson: _Lesson, limit: int) -> dict[str, float]:
        rows = lesson.examples.held_out
        chosen = rows[:: max(1, len(rows) // limit)]
        starts = range(0, len(chosen), 64)
        parts = [self._held_out_part(network, lesson, chosen[at : at + 64], at) for at in starts]
        sizes = [min(64, len(chosen) - at) for at in starts]
        return {
            name: math.sqrt(float(np.average([part[name] for part in parts], weights=sizes)))
            for name in parts[0]
        }

    def save(self, path: Path) -> None:
        """Write all that `load` needs to go on exactly here."""
        parts = {
            "network": self.network.state_dict(),
            "average": self._average,
            "forecast": self._forecast.state_dict(),
        }
        save_progress(path, parts, self._optimizer, step=self.step, steps=self.plan.steps)

    def load(self, path: Path) -> None:
        """Go on where another training of the same plan was interrupted."""
        self.step, parts = load_progress(path, self._optimizer, steps=self.plan.steps)
        self.network.load_state_dict(parts["network"])
        self._forecast.load_state_dict(parts["forecast"])
        self._average = parts["average"]

    def _update(self) -> Losses:
        # Seeded by step, so that an interrupted training goes on with the same draws.
        generator = Generator().manual_seed(self.plan.seed * 1_000_003 + self.step)
        share = self.plan.batch_size // len(self._lessons)
        self._optimizer.zero_grad()
        parts = []
        for lesson in self._lessons:
            training = lesson.examples.training
            draw = torch.randint(len(training), (share,), generator=generator)
            losses = self._losses(lesson, training[draw.numpy()], generator)
            (losses.total / len(self._lessons)).backward()  # type: ignore[no-untyped-call]
            parts.append([losses.flow.detach(), losses.future.detach(), losses.seen.detach()])
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = self.plan.learning_rate * rate_share(
                self.step, self.plan.steps, warmup=_WARMUP
            )
        self._optimizer.step()
        follow(self._average, self.network, self.step)
        return Losses(*[torch.stack(values).mean() for values in zip(*parts, strict=True)])

    def _losses(self, lesson: _Lesson, rows: NDArray[np.int64], generator: Generator) -> Losses:
        example = lesson.examples.batch(rows)
        sight = lesson.sight[torch.from_numpy(rows)]
        blur = _SIGHT_NOISE * _normal(sight.patches, generator)
        sight = Sight(sight.patches + blur, sight.foresight)
        state = example.state + _STATE_NOISE * _normal(example.state, generator)
        noise = _normal(example.chunk, generator)
        time = torch.rand(len(noise), generator=generator)
        noisy = torch.lerp(noise, example.chunk, time.view(-1, 1, 1))

        encoder, expert = self.network.encoder, self.network.expert
        # Twice as fast on processors that multiply in half precision; sums stay in full.
        with torch.autocast("cpu", torch.bfloat16):
            seen = self._forecast["eyes"](encoder.eyes(sight).flatten(1)).float()
            embeddings = encoder(sight, state, lesson.words)
            future = self._forecast["embedding"](embeddings).float()
            velocity = expert(noisy, time, expert.remember(embeddings)).float()
        error = (velocity - (example.chunk - noise)).square().mean(dim=-1)
        return Losses(
            flow=(error * example.weight).sum() / example.weight.sum(),
            future=(future - example.future.unsqueeze(1)).square().mean(),
            seen=(seen - example.future).square().mean(),
        )

    @torch.inference_mode()
    def _held_out_part(
        self, network: CompactNetwork, lesson: _Lesson, rows: NDArray[np.int64], at: int
    ) -> dict[str, float]:
        example = lesson.examples.batch(rows)
        sight = lesson.sight[torch.from_numpy(rows)]
        embeddings = network.encoder(sight, example.state, lesson.words)
        generator = Generator().manual_seed(at)
        chunk = network.expert.sample(network.expert.remember(embeddings), generator, 5)
        error = (chunk - example.chunk).square().mean(dim=-1)
        forecast = self._forecast["embedding"](embeddings).mean(dim=1)
        future = (forecast - example.future).square()
        state_size = example.state.shape[1]
        inside = (example.weight == 1.0).float()
        return {
            "held_out_action_rms_z": float((error * inside).sum() / inside.sum()),
            "held_out_first_10_steps_rms_z": float(error[:, :10].mean()),
            "held_out_future_rms_z": float(future.mean()),
            "held_out_end_position_rms_z": float(future[:, -state_size:][:, :3].mean()),
        }


def _lesson(network: CompactNetwork, examples: Examples, task: int) -> _Lesson:
    """What the trained eyes make of one task's pictures."""
    looks = [network.encoder.eyes.look(*part, task) for part in examples.looks()]
    sight = Sight(
        torch.cat([look.patches.half() for look in looks]),
        torch.cat([look.foresight for look in looks]),
    )
    instruction = examples.demos.meta.instruction
    words = torch.tensor(words_to_ids(instruction, network.config.vocabulary))
    return _Lesson(examples, sight, words)


def _normal(like: Tensor, generator: Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator)
