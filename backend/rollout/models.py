"""The frozen models of one task: what they see in a moment. Used from the worker thread only."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import simplejpeg
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from backend.errors import BadRequest
from backend.rollout.moments import Moment, Sensed
from backend.vla.base import Images, Prefix
from backend.vla.frozen import Frozen


@dataclass
class Stopwatch:
    """Milliseconds by stage."""

    took_ms: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """The stage that just ended."""
        now = time.perf_counter()
        self.took_ms[stage] = (now - self._since) * 1000
        self._since = now


def seeded(purpose: str, episode_id: UUID, step: int) -> Generator:
    """Randomness that belongs to one moment, so that making it again gives the same bits."""
    return _seeded(f"{purpose}/{episode_id}/{step}")


def _seeded(text: str) -> Generator:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1
    return Generator().manual_seed(seed)


class FrozenModels:
    """VLA and token of one task, under one lock.

    Robots' moments are looked at one by one: in batches the last bits would depend on the
    neighbours, and an episode that is sent again would no longer give the same file.
    """

    def __init__(self, frozen: Frozen) -> None:
        """Hold a loaded pair."""
        self.vla = frozen.vla
        self.token = frozen.token
        self.token_size = frozen.token.config.token
        self.lock = frozen.lock

    def sense(self, moment: Moment, instruction: str, watch: Stopwatch | None = None) -> Sensed:
        """Token and proposal at one moment."""
        watch = watch or Stopwatch()
        images = {i.camera: _decode(i.camera, i.jpeg)[None] for i in moment.images}
        watch.lap("decode")
        with torch.inference_mode():
            state = torch.from_numpy(np.array(moment.state, np.float32))[None]
            prefix = self._look(images, state, instruction)
            watch.lap("vla")
            z = self.token.encode(prefix.embeddings)[0]
            watch.lap("token")
            noise = seeded("proposal", moment.episode_id, moment.step)
            proposal = self.vla.chunk(prefix, noise)[0]
            watch.lap("proposal")
        return Sensed(moment=moment, z=z.numpy(), proposal=proposal.numpy())

    def sense_all(self, moments: Sequence[Moment], instruction: str) -> list[Sensed]:
        """Token and proposal at several moments in one pass, for studies that fix the batches."""
        if not moments:
            return []
        images = {
            image.camera: np.stack(
                [_decode(m.images[at].camera, m.images[at].jpeg) for m in moments]
            )
            for at, image in enumerate(moments[0].images)
        }
        state = torch.from_numpy(np.stack([m.state for m in moments]).astype(np.float32))
        noise = _seeded("/".join(["proposals", *(f"{m.episode_id}/{m.step}" for m in moments)]))
        with torch.inference_mode():
            prefix = self._look(images, state, instruction)
            tokens = self.token.encode(prefix.embeddings).numpy()
            proposals = self.vla.chunk(prefix, noise).numpy()
        rows = zip(moments, tokens, proposals, strict=True)
        return [Sensed(moment=m, z=z, proposal=proposal) for m, z, proposal in rows]

    def _look(self, images: Images, state: Tensor, instruction: str) -> Prefix:
        try:
            return self.vla.prefix(images, state, instruction)
        except ValueError as error:
            raise BadRequest(str(error)) from error


def _decode(camera: str, jpeg: bytes) -> NDArray[np.uint8]:
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(jpeg, colorspace="RGB")
    except ValueError as error:
        raise BadRequest(f"The picture of camera {camera!r} is no JPEG: {error}.") from error
    return pixels
