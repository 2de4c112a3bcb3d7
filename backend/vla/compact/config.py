"""Sizes of the compact model. Stored in its checkpoint."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

STRIDE = 4
"""Averaged pixels along each edge that one feature of the eyes stands for."""


@dataclass(frozen=True, kw_only=True)
class CompactConfig:
    """Everything that decides the shape of the weights."""

    tasks: tuple[str, ...]
    """K tasks, each with picture statistics of its own."""
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
    steps_per_token: int = 10
    """Action steps that share one token of the expert."""
    pool: int = 2
    """Pixels averaged along each edge before anything else."""
    channels: tuple[int, ...] = (24, 48, 64, 24)
    """Channels after each convolution of the eyes."""
    forecast_hidden: int = 96
    """Units between the features and the forecast of where the demonstration ends."""
    patch: int = 32
    """Pixels of the picture along the edge of one patch."""
    components: int = 128
    """Q, principal components of one patch."""
    foresight: int
    """F, components of the forecast of where the demonstration ends: all of proprioception."""
    patch_hidden: int = 128
    """Units of the layer between components and token."""
    vocabulary: int = 256
    """Buckets that instruction words are hashed into."""

    def __post_init__(self) -> None:
        """Refuse sizes that do not divide."""
        if self.image_size % self.patch or self.patch % (self.pool * STRIDE):
            msg = (
                f"image_size {self.image_size} must be a multiple of patch {self.patch}, "
                f"and that a multiple of {STRIDE} times pool {self.pool}."
            )
            raise ValueError(msg)
        if self.horizon % self.steps_per_token:
            msg = f"horizon must be a multiple of {self.steps_per_token}, not {self.horizon}."
            raise ValueError(msg)
        if self.width % self.heads:
            msg = f"width {self.width} is no multiple of {self.heads} heads."
            raise ValueError(msg)
        if self.foresight != self.state:
            msg = f"foresight must be the state's {self.state} components, not {self.foresight}."
            raise ValueError(msg)

    @property
    def patches(self) -> int:
        """P: patches of all cameras, one token each."""
        return len(self.cameras) * (self.image_size // self.patch) ** 2

    @property
    def tokens(self) -> int:
        """M: a token for each patch, one for the foresight, one for proprioception."""
        return self.patches + 2

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
        lists = {"cameras", "tasks", "channels"}
        chosen: dict[str, Any] = {
            k: tuple(v) if k in lists else v for k, v in values.items() if k in known
        }
        return cls(**chosen)
