"""Writes down what changed, when, at which step, and on whose order."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from robot_bridge.control.attempt import Attempt
from robot_bridge.control.clock import Clock
from robot_bridge.control.ports import Ports
from robot_bridge.protocol.messages import Command, Event, Phase

BRIDGE = "bridge"


class Teller:
    """Every change of authority or phase passes here on its way to the audit."""

    def __init__(self, ports: Ports, clock: Clock, new_id: Callable[[], UUID]) -> None:
        """Events get their ids here, so that they can be repeated and still count once."""
        self._ports = ports
        self._clock = clock
        self._new_id = new_id

    def tell(
        self,
        kind: str,
        attempt: Attempt | None,
        details: dict[str, Any],
        order: Command | None = None,
    ) -> None:
        """One event about the present moment."""
        seen = {"frame_seen": order.frame_seen} if order is not None else {}
        running = attempt is not None and attempt.recorder is not None
        self._ports.event(
            Event(
                id=self._new_id(),
                at=self._clock.wall(),
                kind=kind,
                episode_id=attempt.id if attempt is not None else None,
                step=attempt.step if attempt is not None and running else -1,
                command_id=order.id if order is not None else None,
                issued_by=order.issued_by if order is not None else BRIDGE,
                details={**details, **seen},
            )
        )

    def phase(
        self,
        before: Phase,
        after: Phase,
        why: str,
        attempt: Attempt | None,
        order: Command | None = None,
    ) -> None:
        """Another driver."""
        details = {"from": before.value, "to": after.value, "why": why}
        self.tell("phase_changed", attempt, details, order)
        self._ports.changed()
