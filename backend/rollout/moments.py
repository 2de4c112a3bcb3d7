"""One moment as the robot sensed it, and what the frozen models made of it."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from robot_bridge.protocol.messages import PolicyImage

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """Pictures and proprioception at one step."""

    episode_id: UUID
    step: int
    images: tuple[PolicyImage, ...]
    state: Floats
    """[S]"""

    def same(self, other: "Moment") -> bool:
        """Whether the models would see the very same thing."""
        return (
            self.episode_id == other.episode_id
            and self.step == other.step
            and self.images == other.images
            and np.array_equal(self.state, other.state)
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensed:
    """The RL token and the base policy's proposal at one moment."""

    moment: Moment
    z: Floats
    """[K]"""
    proposal: Floats
    """[H, A] for the steps after the moment, physical units, at the demonstrations' speed."""
