"""What the rest of the product needs from a vision-language-action model, whatever is inside.

Legend: B batch, M tokens without the language ones, D their width, H steps of a chunk, A action,
S state. Images are uint8 RGB, [B, height, width, 3].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Generator, Tensor

from backend.rl.normalisation import Normalisation

Images = Mapping[str, NDArray[np.uint8]]


@dataclass(frozen=True, kw_only=True)
class VlaSpec:
    """What a model expects and gives, readable without running it."""

    cameras: tuple[str, ...]
    image_size: int
    """Edge of the square images, pixels."""
    state_names: tuple[str, ...]
    action_names: tuple[str, ...]
    instructions: tuple[str, ...]
    """Instructions it was trained on, one per task."""
    tasks: tuple[str, ...]
    control_hz: int
    horizon: int
    """H, steps in one proposed chunk."""
    tokens: int
    """M, tokens handed to the RL token."""
    width: int
    """D, width of one token."""


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """One look at the world. Both the RL token and the chunk are made from it."""

    embeddings: Tensor
    """[B, M, D] final-layer embeddings, language tokens dropped."""
    cache: tuple[Any, ...] = field(default=())
    """What the model itself needs to propose chunks; opaque to others."""


class Vla(Protocol):
    """A frozen model, loaded from one checkpoint file for one of its tasks."""

    spec: VlaSpec
    task: str
    sha256: str
    """Identity of the checkpoint file."""
    normalisation: Normalisation
    """Statistics of the task's demonstrations, from the same checkpoint."""

    def prefix(self, images: Images, state: Tensor, instruction: str) -> Prefix:
        """Look once: images by camera name, state [B, S] in physical units."""
        ...

    def chunk(self, prefix: Prefix, generator: Generator, steps: int = 5) -> Tensor:
        """Propose one chunk per row, [B, H, A] in physical units, in `steps` refinement steps."""
        ...
