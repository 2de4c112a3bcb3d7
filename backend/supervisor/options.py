"""What a person asked `rlt up` for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Speed = Literal["real", "max"]


@dataclass(frozen=True, kw_only=True)
class UpOptions:
    """The arguments of `rlt up`, checked for their form only."""

    data: Path
    host: str
    port: int
    policy_port: int | None
    """None: the port after the console's, or any free one."""
    robots: int
    """Simulated robots; 0 with --no-sim."""
    driver: str
    tasks: tuple[str, ...]
    """Tasks of the robots, in turn; empty: as people left them, and new robots over all of them."""
    autopilot: bool
    speed: Speed
