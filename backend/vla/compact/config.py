"""Sizes of the compact model. Stored in its checkpoint."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class CompactConfig:
    """Everything that decides the shape of the weights."""

    cameras: tuple[str, ...]
    image_size: int = 96
    state: int
    """S, length of the proprioceptive vector."""
    action: int
    """A, components of one action."""
    width: int = 128
    """D, width of every token."""
    heads: int = 4
    prefix_layers: int = 3
    expert_layers: int = 2
    horizon: int = 50
    """H, steps of one chunk."""
    steps_per_token: int = 5
    """Action steps that share one token of the expert."""
    pool: int = 2
    """Pixels averaged along each edge before anything else."""
    stem: tuple[int, ...] = (32, 64)
    """Channels of the convolutions before the last one; each halves the picture."""
    last_stride: int = 3
    """How much the last convolution, which makes the tokens, shrinks the picture."""
    components: int = 160
    """Principal components in the glance at one camera's whole picture."""
    vocabulary: int = 256
    """Buckets that instruction words are hashed into."""

    def __post_init__(self) -> None:
        """Refuse sizes that do not divide."""
        if self.image_size % self.patch:
            msg = f"image_size must be a multiple of {self.patch}, not {self.image_size}."
            raise ValueError(msg)
        if self.horizon % self.steps_per_token:
            msg = f"horizon must be a multiple of {self.steps_per_token}, not {self.horizon}."
            raise ValueError(msg)
        if self.width % self.heads:
            msg = f"width {self.width} is no multiple of {self.heads} heads."
            raise ValueError(msg)

    @property
    def patch(self) -> int:
        """Pixels along the edge of one patch."""
        return int(self.pool * 2 ** len(self.stem) * self.last_stride)

    @property
    def patches(self) -> int:
        """Patch tokens of one camera."""
        return int((self.image_size // self.patch) ** 2)

    @property
    def camera_tokens(self) -> int:
        """Tokens of one camera: its patches and one glance."""
        return self.patches + 1

    @property
    def tokens(self) -> int:
        """M: image tokens of all cameras and one for proprioception."""
        return len(self.cameras) * self.camera_tokens + 1

    @property
    def action_tokens(self) -> int:
        """Tokens of the action expert."""
        return self.horizon // self.steps_per_token

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a checkpoint's metadata."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Read a checkpoint's metadata."""
        known = {item.name for item in fields(cls)}
        lists = {"cameras", "stem"}
        chosen: dict[str, Any] = {
            k: tuple(v) if k in lists else v for k, v in values.items() if k in known
        }
        return cls(**chosen)
