"""Configuration of the simulated robot."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MujocoConfig:
    """Limits follow the control loop's period of 20 ms."""

    task: str = "ethernet"
    step_limit: float = 0.003
    """Longest translation of the target in one control period along an axis, metres (150 mm/s)."""
    turn_limit: float = 0.03
    """Largest rotation of the target in one control period about an axis, radians (1.5 rad/s)."""
    rate_share: float = 0.5
    """Largest change of an action component between two periods, as a share of its limit."""
    lead_limit: float = 0.012
    """How far the target may be ahead of the measured pose, metres: bounds the pressing force."""
    turn_lead_limit: float = 0.15
    """The same for rotation, radians."""
    force_filter: float = 0.5
    """Share of the newest reading in the wrench that the state shows."""
    substeps: int | None = None
    """Steps of physics in one control period of 20 ms; None: as many as the task needs."""
