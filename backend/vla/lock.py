"""The lock between frozen models, learned actors and recorded episodes.

Mixing a token with another VLA, or statistics with another robot, degrades everything without an
error. One hash over all of it travels with every episode and checkpoint, and a mismatch is refused.
"""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What an actor was trained for."""

    vla_sha256: str
    token_sha256: str
    normalisation_sha256: str
    action_names: tuple[str, ...]
    state_names: tuple[str, ...]
    cameras: tuple[str, ...]
    control_hz: int

    @property
    def sha256(self) -> str:
        """Equal for equal parts, whatever made them."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
