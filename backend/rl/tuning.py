"""What a person changes about a run while it goes on. Pure; the ranges are the configuration's."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from backend.rl.config import RltConfig
from backend.rl.exploration import Exploration

LIMITS = {item.name: item.metadata for item in fields(RltConfig) if item.metadata.get("live")}
"""Settings that may change between two updates, with their ranges."""


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """None: as the run's configuration says."""

    beta: float | None = None
    """Pull of the actor to the reference, early episodes included."""
    exploration_chunk: float | None = None
    exploration_step: float | None = None
    learning_paused: bool = False
    """Nothing is trained; episodes and labels are still taken in, and robots go on."""
    actor_frozen: bool = False
    """The critics learn on, the actor stays as it is."""
    back_to: int = 0
    """Version of the checkpoint whose actor learning was told to go on from last."""
    times_back: int = 0
    """How often it was told to; each time counts once, whatever restarts in between."""

    def __post_init__(self) -> None:
        """Refuse values outside their range, in words."""
        for name, limit in LIMITS.items():
            value = getattr(self, name)
            if value is not None and not limit["low"] <= value <= limit["high"]:
                msg = f"{name} must be between {limit['low']} and {limit['high']}, not {value}."
                raise ValueError(msg)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what is stored with a run; raises ValueError or TypeError when it does not fit."""
        return cls(**values)

    def exploration(self, configured: Exploration) -> Exploration:
        """The noise in force."""
        chunk, step = self.exploration_chunk, self.exploration_step
        return Exploration(
            configured.per_chunk if chunk is None else chunk,
            configured.per_step if step is None else step,
        )
