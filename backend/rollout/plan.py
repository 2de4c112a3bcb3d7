"""What a run plays: its configuration, and its actor once there is one."""

from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from backend.errors import ConfigError
from backend.rl.config import RltConfig
from backend.rl.policy import ActorPolicy
from backend.rl.suggestions import Suggestions
from backend.rl.time_scale import faster
from backend.rl.tuning import Tuning
from backend.rollout.moments import Floats


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A published actor."""

    checkpoint_id: UUID
    version: int
    actor: ActorPolicy


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One run as rollout sees it. Replaced whole, never changed."""

    run_id: UUID | None
    config: RltConfig
    snapshot: Snapshot | None = None
    """None in warm-up: the reference is played instead."""
    tuning: Tuning = field(default_factory=Tuning)
    """What a person changed while the run goes on."""
    suggestions: Suggestions | None = None
    """What was learned from people; only where the run's hand-off follows it."""


UNPLANNED = Plan(run_id=None, config=RltConfig())
"""For attempts that belong to no run: the base policy, and the usual cut of references."""


def reference(proposal: Floats, speed: float, *, delay: int, length: int) -> Floats:
    """The part [length, A] of a proposal [H, A] that is played `delay` steps after its moment."""
    scaled = faster(proposal, speed)
    if len(scaled) < delay + length:
        raise ConfigError(
            f"At {speed:g} times its speed a proposal lasts {len(scaled)} steps, "
            f"but delay {delay} and chunk {length} need {delay + length}: lower one of the three."
        )
    return np.ascontiguousarray(scaled[delay : delay + length])
