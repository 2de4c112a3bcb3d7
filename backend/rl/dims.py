"""The four sizes every network of a run agrees on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Dims:
    """Sizes of one run's vectors."""

    token: int
    """K, length of the RL token."""
    state: int
    """S, length of the proprioceptive vector."""
    action: int
    """A, components of one action."""
    chunk: int
    """C, played steps in one chunk."""

    @property
    def observation(self) -> int:
        """Length of x = (z_rl, proprioception)."""
        return self.token + self.state

    @property
    def flat_chunk(self) -> int:
        """C * A, length of a flattened chunk."""
        return self.chunk * self.action
