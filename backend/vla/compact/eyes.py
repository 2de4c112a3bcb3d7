"""From pictures to patch tokens, precisely.

A small convolutional tower for each camera, the same for all tasks, is trained before the rest to
tell from the pictures alone where demonstrations end (`backend.vla.eye_training`). That is a label
that every recording carries, and it asks for what matters in the last millimetre: where the edges
of what the gripper holds are, relative to those of where it goes, whatever their colours and the
light. Then the towers are frozen. The *sight* of a patch is the principal components of its
features over the demonstrations, all brought to the same size; a small network for each patch turns
it into a token, and one more token carries the *foresight*: how far the demonstration still goes,
told twice. The *way* is what the pictures show of tool and goal beside each other; it is precise
near the end, and blind from afar, where no camera shows both. The *place* is where the goal is for
a camera that stands still; what is left of the way there is known from the robot's own pose, as
well from home as from anywhere.

Legend: B batch, C cameras, I picture edge, E edge after averaging, G edge of the features,
P patches of all cameras, N features of one patch, Q components, D width, K tasks, F components of
the foresight.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from backend.vla.compact.config import STRIDE, CompactConfig

_LEAST_VARIANCE = 1e-3
"""Share of the mean variance; components below it carry noise, which must not be blown up."""
_FINE = 10.0


@dataclass(frozen=True)
class Sight:
    """What the eyes report of some pictures."""

    patches: Tensor
    """[B, P, Q] principal components, deviation one."""
    foresight: Tensor
    """[B, 2F] in deviations: the way as it is seen, and from here to the place."""

    def __getitem__(self, rows: Tensor) -> "Sight":
        """Some of the pictures, in full precision."""
        return Sight(self.patches[rows].float(), self.foresight[rows].float())


class Eyes(nn.Module):
    """Towers and forecasts, then two layers per patch."""

    mean: Tensor
    components: Tensor
    origin: Tensor
    """[K, F] the middle of the places, SI, base frame."""
    per_unit: Tensor
    """[K, F] deviations per unit of proprioception; 0 for components that are not forecast."""

    def __init__(self, config: CompactConfig) -> None:
        """Fresh weights; train the towers, then call `measure` once before training the rest."""
        super().__init__()
        self._pool, self._patch = config.pool, config.patch // config.pool // STRIDE
        grid, patches = config.image_size // config.pool // STRIDE, config.patches
        depth = config.channels[-1]
        self.towers = nn.ModuleList(_tower(config.channels) for _ in config.cameras)
        seen = len(config.cameras) * depth * grid**2
        self.ways = nn.ModuleList(Forecast(seen, config) for _ in config.tasks)
        self.places = nn.ModuleList(Forecast(seen, config) for _ in config.tasks)
        self.register_buffer("origin", torch.zeros(len(config.tasks), config.foresight))
        self.register_buffer("per_unit", torch.zeros(len(config.tasks), config.foresight))
        size = depth * self._patch**2
        self.register_buffer("mean", torch.zeros(len(config.tasks), patches, 1, size))
        self.register_buffer("components", torch.zeros(patches, size, config.components))

        def fresh(*sizes: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*sizes) / math.sqrt(sizes[-2]))

        self.direct = fresh(patches, config.components, config.width)
        self.first = fresh(patches, config.components, config.patch_hidden)
        self.first_bias = nn.Parameter(torch.zeros(patches, 1, config.patch_hidden))
        self.second = fresh(patches, config.patch_hidden, config.width)
        self.second_bias = nn.Parameter(torch.zeros(patches, 1, config.width))
        self.gaze = nn.Sequential(
            nn.Linear(4 * config.foresight, config.patch_hidden),
            nn.GELU(),
            nn.Linear(config.patch_hidden, config.width),
        )

    def begin(self, trained: Mapping[str, Tensor]) -> None:
        """Take over what trained eyes learned from pictures, and not what a VLA made of it."""
        kept = ("towers.", "ways.", "places.")
        learned = {name: value for name, value in trained.items() if name.startswith(kept)}
        self.load_state_dict(self.state_dict() | learned)

    def shrink(self, images: Tensor) -> Tensor:
        """Average pixels: [B, C, 3, I, I] -> [B, C, 3, E, E]."""
        small = F.avg_pool2d(images.flatten(0, 1), self._pool)
        return small.reshape(*images.shape[:2], *small.shape[1:])

    def features(self, small: Tensor) -> Tensor:
        """Shrunk pictures [B, C, 3, E, E] -> [B, C, depth, G, G]."""
        seen = [
            tower(small[:, at].contiguous(memory_format=torch.channels_last))
            for at, tower in enumerate(self.towers)
        ]
        return torch.stack(seen, dim=1)

    def forecast(self, small: Tensor, task: int) -> tuple[Tensor, Tensor]:
        """How far demonstrations of a task still go and where they end, [B, F] in deviations."""
        features = self.features(small)
        return self.ways[task](features), self.places[task](features)

    @torch.no_grad()
    def measure(self, examples: Iterable[Tensor]) -> None:
        """Components, from example pictures [n, C, 3, I, I] of each task, in the order of tasks."""
        gram = torch.zeros(len(self.components), *[self.components.shape[1]] * 2)
        for task, images in enumerate(examples):
            patches = torch.cat(
                [
                    self._patches(self.features(self.shrink(part)))
                    for part in torch.split(images, 256)
                ],
                dim=1,
            )
            self.mean[task] = patches.mean(dim=1, keepdim=True)
            centred = patches - self.mean[task]
            gram += torch.bmm(centred.mT, centred) / patches.shape[1]
        # In double precision: features that never change have many equal components.
        size, direction = torch.linalg.eigh(gram.double() / len(self.mean))
        count = min(self.components.shape[-1], size.shape[-1])
        least = _LEAST_VARIANCE * float(size.mean())
        scale = size.flip(1)[:, :count].clamp_min(least).sqrt()
        self.components[:, :, :count] = direction.flip(2)[:, :, :count] / scale.unsqueeze(1)

    @torch.no_grad()
    def look(self, images: Tensor, state: Tensor, task: int) -> Sight:
        """Pictures [B, C, 3, I, I] of one task, roughly of deviation one.

        And the proprioception [B, F] that came with them, SI, as the robot reports it.
        """
        features = self.features(self.shrink(images))
        centred = self._patches(features) - self.mean[task]
        patches = torch.bmm(centred, self.components).transpose(0, 1)
        left = self.places[task](features) - self.here(state, task)
        return Sight(patches, torch.cat([self.ways[task](features), left], dim=1))

    def here(self, state: Tensor, task: int) -> Tensor:
        """Where the robot is, [B, F], as places are given."""
        return (state - self.origin[task]) * self.per_unit[task]

    def forward(self, sight: Sight) -> Tensor:
        """Tokens of the patches and of the foresight, [B, P + 1, D]."""
        seen = sight.patches.transpose(0, 1)
        hidden = F.gelu(torch.baddbmm(self.first_bias, seen, self.first))
        tokens = torch.baddbmm(self.second_bias, hidden, self.second)
        tokens = torch.baddbmm(tokens, seen, self.direct).transpose(0, 1)
        # Bent like a logarithm as well, so that the last millimetre fills a good part of the range.
        bent = torch.asinh(_FINE * sight.foresight)
        gaze = self.gaze(torch.cat([sight.foresight, bent], dim=1))
        return torch.cat([tokens, gaze.unsqueeze(1)], dim=1)

    def _patches(self, features: Tensor) -> Tensor:
        """[B, C, depth, G, G] -> [P, B, N]."""
        rows = features.shape[-1] // self._patch
        cut = features.reshape(*features.shape[:3], rows, self._patch, rows, self._patch)
        # [B, C, depth, rows, patch, columns, patch] -> [C, rows, columns, B, depth, patch, patch]
        return cut.permute(1, 3, 5, 0, 2, 4, 6).flatten(4).flatten(0, 2)


class Forecast(nn.Module):
    """One forecast about the end of a demonstration, from all cameras' features, for one task.

    Where each feature is matters, so nothing is averaged over the picture. Always in full
    precision: tenths of a millimetre are small beside the way from home.
    """

    def __init__(self, size: int, config: CompactConfig) -> None:
        """`size`: features of all cameras."""
        super().__init__()
        self.straight = nn.Linear(size, config.foresight)
        self.bent = nn.Sequential(
            nn.Linear(size, config.forecast_hidden),
            nn.ReLU(),
            nn.Linear(config.forecast_hidden, config.foresight),
        )

    def forward(self, features: Tensor) -> Tensor:
        """[B, C, depth, G, G] -> [B, F]."""
        with torch.autocast("cpu", enabled=False):
            flat = features.float().flatten(1)
            ahead: Tensor = self.straight(flat) + self.bent(flat)
        return ahead


def _tower(channels: tuple[int, ...]) -> nn.Sequential:
    """Convolutions whose first two halve the picture; `STRIDE` pixels to a feature in all."""
    layers: list[nn.Module] = [nn.Conv2d(3, channels[0], 5, stride=2, padding=2), nn.ReLU()]
    for at, (before, after) in enumerate(pairwise(channels)):
        layers += [nn.Conv2d(before, after, 3, stride=2 if at == 0 else 1, padding=1), nn.ReLU()]
    return nn.Sequential(*layers)
