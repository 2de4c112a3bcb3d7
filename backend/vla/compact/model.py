"""The compact model as the product uses it, and the network inside."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from backend.rl.normalisation import Normalisation
from backend.vla.base import Images, Prefix, VlaSpec
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.expert import ActionExpert
from backend.vla.compact.language import words_to_ids
from backend.vla.compact.prefix import PrefixEncoder


class CompactNetwork(nn.Module):
    """All weights. Works in z-scores."""

    def __init__(self, config: CompactConfig) -> None:
        """Fresh weights."""
        super().__init__()
        self.config = config
        self.encoder = PrefixEncoder(config)
        self.expert = ActionExpert(config)


def pixels_to_input(pixels: NDArray[np.uint8]) -> Tensor:
    """uint8 [..., P, P, 3] -> float [..., 3, P, P] around zero, deviation about one."""
    values = torch.from_numpy(np.ascontiguousarray(pixels)).float().sub_(127.5).div_(64.0)
    return values.movedim(-1, -3)


class CompactVla:
    """A frozen compact model, read for one of its tasks. Implements `backend.vla.base.Vla`.

    The weights are the same for all tasks; statistics (`normalisation` and those of the pictures)
    belong to the task.
    """

    def __init__(
        self,
        network: CompactNetwork,
        *,
        spec: VlaSpec,
        task: str,
        normalisation: Normalisation,
        sha256: str,
    ) -> None:
        """Use `backend.vla.checkpoint.load_vla` to read one from a file."""
        self.spec = spec
        self.task = task
        self._task = network.config.tasks.index(task)
        self.sha256 = sha256
        self.normalisation = normalisation
        self.network = network.eval().requires_grad_(False)
        self._action_mean = torch.from_numpy(normalisation.action_mean)
        self._action_std = torch.from_numpy(normalisation.action_std)
        self._state_mean = torch.from_numpy(normalisation.state_mean)
        self._state_std = torch.from_numpy(normalisation.state_std)

    @torch.inference_mode()
    def prefix(self, images: Images, state: Tensor, instruction: str) -> Prefix:
        """One pass of the encoder; see `Vla.prefix`."""
        missing = [name for name in self.spec.cameras if name not in images]
        if missing:
            msg = f"This model needs images of {', '.join(missing)}; the robot sent none."
            raise ValueError(msg)
        pictures = np.stack([images[name] for name in self.spec.cameras], axis=1)
        edge = self.spec.image_size
        if pictures.shape[2:] != (edge, edge, 3):
            msg = f"This model needs {edge}x{edge} RGB images, not {pictures.shape[2:]}."
            raise ValueError(msg)
        words = torch.tensor(words_to_ids(instruction, self.network.config.vocabulary))
        state_z = (state - self._state_mean) / self._state_std
        sight = self.network.encoder.eyes.look(pixels_to_input(pictures), state, self._task)
        embeddings = self.network.encoder(sight, state_z, words)
        return Prefix(embeddings=embeddings, cache=tuple(self.network.expert.remember(embeddings)))

    @torch.inference_mode()
    def chunk(self, prefix: Prefix, generator: Generator, steps: int = 5) -> Tensor:
        """Euler steps of the action expert; see `Vla.chunk`."""
        chunk = self.network.expert.sample(list(prefix.cache), generator, steps)
        return chunk * self._action_std + self._action_mean
