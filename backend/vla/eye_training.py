"""Training the eyes: from pictures alone to where the demonstration will end.

How far a demonstration still went, in those components of proprioception that differ between
episodes, is where the goal is relative to what the gripper holds: the way. Where it ended is where
the goal is in the base frame: the place. Pictures are recoloured at random, so that shapes are
learned and not the colours and the light of single episodes.

Legend: B batch, C cameras, E edge of the shrunk picture, N anchors, F components of the forecast.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Generator, Tensor, nn

from backend.vla.compact.eyes import Eyes
from backend.vla.examples import Examples
from backend.vla.progress import follow, load_progress, rate_share, save_progress, snapshot

_WARMUP = 200
_NEAR = 0.05
"""Deviations of the way ahead down to which errors count in proportion to it."""
_ARRIVED = _NEAR / 2
"""Deviations of the way ahead below which nothing lies ahead any more."""
_BEND = 0.1
"""Share of the way ahead beyond which an error counts in proportion, not by its square."""
_PLACE_WEIGHT = 0.2
"""Of the place beside the way. Its error counts by the spread of the places."""
_DEPTH, _MIDDLE = 64.0, 127.5
_MIX, _GAIN, _SHIFT, _NOISE = 0.15, (0.7, 1.4), 0.2, 0.03


@dataclass(frozen=True, kw_only=True)
class EyePlan:
    """How long and how hard to train."""

    steps: int
    batch_size: int = 256
    """Examples per step, shared evenly among the tasks."""
    even: bool = False
    """Draw every octave of the way ahead equally often, not the anchors as they come."""
    learning_rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True)
class _Lesson:
    examples: Examples
    pictures: Tensor
    """uint8 [N, C, 3, E, E]"""
    ahead: Tensor
    """[N, F] in deviations."""
    place: Tensor
    """[N, F] in deviations of the way ahead."""
    spread: float
    """One deviation of the places."""
    weight: Tensor
    """[N] how much an error of the way counts."""
    chance: Tensor
    """[T] of being drawn, for the anchors of training."""

    @property
    def told(self) -> list[bool]:
        """[F] whether a component tells episodes apart; only such a one is forecast."""
        differs: list[bool] = (self.ahead != 0.0).any(dim=0).tolist()
        return differs


class EyeTrainer:
    """Towers, forecasts, their running average and optimiser."""

    def __init__(self, eyes: Eyes, tasks: Sequence[Examples], plan: EyePlan) -> None:
        """Shrink all pictures once. Examples come in the order of the eyes' tasks."""
        self.eyes, self.plan, self.step = eyes, plan, 0
        self._lessons = [
            _lesson(eyes, examples, at, even=plan.even) for at, examples in enumerate(tasks)
        ]
        self._learned = nn.ModuleDict(
            {"towers": eyes.towers, "ways": eyes.ways, "places": eyes.places}
        )
        self._average = snapshot(self._learned)
        self._optimizer = torch.optim.AdamW(
            self._learned.parameters(), plan.learning_rate, weight_decay=0.05
        )

    def run(self, report: Callable[[int, float], None], pause: Callable[[], None]) -> None:
        """Train to the end of the plan; `report` hears of every step, `pause` may save.

        The eyes hold the running average when it is over.
        """
        while self.step < self.plan.steps:
            loss = self._update()
            self.step += 1
            report(self.step, loss)
            pause()
        self._learned.load_state_dict(self._average)

    def errors(self, limit: int = 2048) -> dict[str, float]:
        """Root mean square errors per task and component, in its unit (SI).

        Of the way near the end and far from it, and of the place as seen from afar. Beside each the
        spread, which is the error of who sees nothing. Not where the demonstration has arrived
        already. On held-out episodes and on those of the training, whose difference is what was
        learned by heart. Of the weights as they are now: call it after `run`.
        """
        figures: dict[str, float] = {}
        for at, lesson in enumerate(self._lessons):
            task, names = lesson.examples.demos.meta.task, lesson.examples.demos.meta.state_names
            for kind, rows in (
                ("held_out", lesson.examples.held_out),
                ("training", lesson.examples.training),
            ):
                halves = _halves(lesson, rows, limit)
                parts = {half: (0, lesson.ahead, chosen) for half, chosen in halves.items()}
                for part, asked in {**parts, "place": (1, lesson.place, halves["far"])}.items():
                    found = self._errors(lesson, at, *asked)
                    for name, told, error, spread in zip(names, lesson.told, *found, strict=True):
                        if told:
                            figures[f"{task}_{kind}_{part}_{name}_rms"] = error
                            figures[f"{task}_{kind}_{part}_{name}_spread"] = spread
        return figures

    def save(self, path: Path) -> None:
        """Write all that `load` needs to go on exactly here."""
        parts = {"learned": self._learned.state_dict(), "average": self._average}
        save_progress(path, parts, self._optimizer, step=self.step, steps=self.plan.steps)

    def load(self, path: Path) -> None:
        """Go on where another training of the same plan was interrupted."""
        self.step, parts = load_progress(path, self._optimizer, steps=self.plan.steps)
        self._learned.load_state_dict(parts["learned"])
        self._average = parts["average"]

    def _update(self) -> float:
        # Seeded by step, so that an interrupted training goes on with the same draws.
        generator = Generator().manual_seed(self.plan.seed * 1_000_003 + self.step)
        share, total = self.plan.batch_size // len(self._lessons), 0.0
        self._optimizer.zero_grad()
        for task, lesson in enumerate(self._lessons):
            training = torch.from_numpy(lesson.examples.training)
            drawn = torch.multinomial(lesson.chance, share, replacement=True, generator=generator)
            rows = training[drawn]
            seen = recolour(_values(lesson.pictures[rows]), generator)
            # Twice as fast on processors that multiply in half precision; sums stay in full.
            with torch.autocast("cpu", torch.bfloat16):
                way, place = self.eyes.forecast(seen, task)
            wrong = (way - lesson.ahead[rows]) * lesson.weight[rows].unsqueeze(1)
            misplaced = (place - lesson.place[rows]) / lesson.spread
            loss = _bent(wrong) + _PLACE_WEIGHT * _bent(misplaced)
            (loss / len(self._lessons)).backward()  # type: ignore[no-untyped-call]
            total += loss.item() / len(self._lessons)
        for group in self._optimizer.param_groups:
            share_of_rate = rate_share(self.step, self.plan.steps, warmup=_WARMUP)
            group["lr"] = self.plan.learning_rate * share_of_rate
        self._optimizer.step()
        follow(self._average, self._learned, self.step)
        return total

    @torch.inference_mode()
    def _errors(
        self, lesson: _Lesson, task: int, which: int, truth: Tensor, rows: Tensor
    ) -> tuple[list[float], list[float]]:
        """Error and spread of each component of one of the two forecasts."""
        parts = [
            self.eyes.forecast(_values(lesson.pictures[part]), task)[which] - truth[part]
            for part in torch.split(rows, 256)
        ]
        scale = torch.from_numpy(lesson.examples.ahead_scale())
        error = torch.cat(parts).square().mean(dim=0).sqrt() * scale
        spread = truth[rows].std(dim=0, correction=0) * scale
        return error.tolist(), spread.tolist()


def recolour(pictures: Tensor, generator: Generator) -> Tensor:
    """Pictures [B, C, 3, E, E] in another light, with other paint, and noise of the sensor.

    The paint is the same for all cameras, the light is not.
    """
    batch, cameras = pictures.shape[:2]
    paint = torch.eye(3) + _MIX * torch.randn(batch, 1, 3, 3, generator=generator)
    low, high = _GAIN
    light = low + (high - low) * torch.rand(batch, cameras, 1, 1, generator=generator)
    shift = _SHIFT * (2 * torch.rand(batch, cameras, 3, 1, generator=generator) - 1)
    mixed = (paint * light).flatten(0, 1).bmm(pictures.flatten(3).flatten(0, 1))
    painted = mixed.reshape(batch, cameras, 3, -1) + shift
    return painted.reshape(pictures.shape) + _NOISE * torch.randn(
        pictures.shape, generator=generator
    )


def _bent(error: Tensor) -> Tensor:
    return F.smooth_l1_loss(error, torch.zeros_like(error), beta=_BEND)


def _lesson(eyes: Eyes, examples: Examples, task: int, *, even: bool) -> _Lesson:
    # As bytes at once: all pictures together would not fit as numbers.
    small = [_bytes(eyes.shrink(pictures)) for pictures, _ in examples.looks()]
    ahead = torch.from_numpy(examples.ahead())
    place, middle, per_unit = (torch.from_numpy(array) for array in examples.places())
    eyes.origin[task], eyes.per_unit[task] = middle, per_unit
    spread = float(place[examples.training].square().sum(dim=1).mean().sqrt())
    length = ahead.norm(dim=1)
    ways = length[examples.training]
    chance = even_by_octave(ways) if even else torch.ones_like(ways)
    return _Lesson(examples, torch.cat(small), ahead, place, spread, 1.0 / (_NEAR + length), chance)


def even_by_octave(length: Tensor) -> Tensor:
    """Chances [T] with which every octave of the way ahead [T] is drawn equally often.

    A demonstration lingers where it is difficult: half of a screw's is driving, with nothing to be
    seen ahead, and hardly a tenth is on the way to it. But so many anchors close to the end keep
    turns from being learned at all: eyes are trained on anchors as they come first. Below
    `_ARRIVED` all is one octave.
    """
    octave = (length.clamp(min=_ARRIVED / 2) / _ARRIVED).log2().floor().long() + 1
    return 1.0 / torch.bincount(octave)[octave]


def _halves(
    lesson: _Lesson, rows: np.ndarray[tuple[int], np.dtype[np.int64]], limit: int
) -> dict[str, Tensor]:
    """The anchors with some way ahead: the half closer to the end and the other, some of each."""
    chosen = torch.from_numpy(rows)
    length = lesson.ahead[chosen].norm(dim=1)
    chosen, length = chosen[length > _ARRIVED], length[length > _ARRIVED]
    near = length <= length.median()
    halves = {"near": chosen[near], "far": chosen[~near]}
    return {name: half[:: max(1, len(half) // limit)] for name, half in halves.items()}


def _bytes(pictures: Tensor) -> Tensor:
    return (pictures * _DEPTH + _MIDDLE).round().byte()


def _values(pictures: Tensor) -> Tensor:
    return (pictures.float() - _MIDDLE) / _DEPTH
