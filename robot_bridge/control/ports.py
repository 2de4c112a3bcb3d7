"""What the control room asks of the outside. The shell implements it; tests write it down."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from robot_bridge.control.machine import Readiness
from robot_bridge.protocol.messages import (
    ChunkReport,
    CommandResult,
    EpisodeEnd,
    EpisodeStart,
    Event,
    Observation,
)
from robot_bridge.robots.base import Regime

Durable = EpisodeStart | ChunkReport | EpisodeEnd
Plain = str | int | float | bool | None


@dataclass(frozen=True)
class ImageWish:
    """Policy images of all cameras for one moment. `urgent` ones are waited for by the policy."""

    id: int
    snapshot: bytes
    urgent: bool


@dataclass(frozen=True)
class FrameWish:
    """Console pictures of all cameras of one moment, to be kept with the episode."""

    episode_id: UUID
    step: int
    snapshot: bytes


class Ports(Protocol):
    """Everything here returns at once; what takes time comes back as a call on the cell."""

    def event(self, event: Event) -> None:
        """Journal and send an event."""

    def result(self, result: CommandResult) -> None:
        """Answer a command."""

    def record(self, message: Durable) -> None:
        """Journal a durable message; it goes to the policy session from there."""

    def observe(self, observation: Observation) -> None:
        """Ask the policy for a chunk."""

    def want_images(self, wish: ImageWish) -> None:
        """Ask for policy images; they come back through `Cell.images`."""

    def want_frames(self, wish: FrameWish) -> None:
        """Ask for kept pictures; they come back through `Cell.frames`, or not at all."""

    def reset(self, regime: Regime, seed: int) -> None:
        """Reset the robot beside the loop; `Cell.reset_done` or `Cell.reset_failed` follows."""

    def set_task(self, task: str) -> None:
        """Exchange the robot for the same one with another task; raises ConfigError."""

    def changed(self) -> None:
        """Telemetry should go out at once."""

    def evidence(self, what: str, **details: Plain) -> None:
        """Write a line into the safety log, with both clocks."""

    def readiness(self) -> Readiness:
        """How the rest of the bridge feels."""
