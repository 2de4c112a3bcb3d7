"""What the web process knows of one robot at this moment."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from backend.fleet.leases import Holder, Lease
from backend.kit.plain import plain
from robot_bridge.protocol.messages import Activity, Hello, Phase, Telemetry

if TYPE_CHECKING:
    from backend.fleet.link import BridgeLink

RECENT = 500


class RecentIds:
    """The newest few ids, in order of arrival."""

    def __init__(self) -> None:
        """Empty."""
        self._ids: OrderedDict[UUID, None] = OrderedDict()

    def add(self, one: UUID) -> None:
        """Remember; the oldest are forgotten."""
        self._ids[one] = None
        if len(self._ids) > RECENT:
            self._ids.popitem(last=False)

    def remove(self, one: UUID) -> None:
        """Forget, if it is there."""
        self._ids.pop(one, None)

    def __contains__(self, one: UUID) -> bool:
        return one in self._ids


@dataclass(kw_only=True)
class Cell:
    """One robot: its row, its link, its lease and its newest telemetry."""

    id: UUID
    name: str
    title: str
    kind: str
    task_id: str | None
    run_id: UUID | None
    spec: dict[str, Any]
    last_seen_at: datetime | None
    lease: Lease
    link: "BridgeLink | None" = None
    telemetry: Telemetry | None = None
    announced: RecentIds = field(default_factory=RecentIds)
    """Episodes that this robot's bridge spoke of; they may be judged before their row is there."""
    labelled: RecentIds = field(default_factory=RecentIds)
    last_ended: UUID | None = None

    @property
    def connected(self) -> bool:
        """Whether the bridge is heard."""
        return self.link is not None

    @property
    def live_episode(self) -> UUID | None:
        """The episode under way."""
        seen = self.telemetry
        if seen is None or seen.activity is not Activity.EPISODE:
            return None
        return seen.episode_id

    @property
    def needs_label(self) -> bool:
        """Whether the newest finished episode waits for a judgement."""
        return self.last_ended is not None and self.last_ended not in self.labelled

    def observe(self, telemetry: Telemetry) -> bool:
        """Take in telemetry; returns whether more than numbers changed."""
        before, self.telemetry = self.telemetry, telemetry
        ended = before.episode_id if before and before.activity is Activity.EPISODE else None
        if ended is not None and ended != self.live_episode:
            self.last_ended = ended
        if telemetry.episode_id is not None:
            self.announced.add(telemetry.episode_id)
        return before is None or _situation(before) != _situation(telemetry)

    def waiting_for(self) -> str:
        """What a person could do next: arm, policy, reset, label, start, or nothing."""
        seen = self.telemetry
        if not self.connected or seen is None:
            return ""
        if seen.phase is Phase.STOPPED or not seen.armed:
            return "arm"
        if seen.phase is Phase.HUMAN:
            return ""
        if not seen.policy_connected:
            return "policy"
        if seen.activity is not Activity.IDLE:
            return "reset" if seen.activity is Activity.RESETTING else ""
        return "label" if self.needs_label else "start"

    def item(self, *, truth: bool) -> dict[str, Any]:
        """The robot as JSON. `truth` is for automatic accounts only, lest it lead a person."""
        return {
            "id": str(self.id),
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "task_id": self.task_id,
            "run_id": str(self.run_id) if self.run_id else None,
            "spec": self.spec,
            "connected": self.connected,
            "telemetry": _telemetry(self.telemetry, truth=truth),
            "lease": {
                "holder": _person(self.lease.holder),
                "asking": _person(self.lease.asking),
                "epoch": self.lease.epoch,
            },
            "waiting_for": self.waiting_for(),
            "last_seen_at": self.last_seen_at.isoformat() if self.last_seen_at else None,
        }


def spec_of(hello: Hello) -> dict[str, Any]:
    """What is kept of a Hello: the robot's own description of itself."""
    kept: dict[str, Any] = plain(msgspec.to_builtins(hello))
    for name in ("type", "session", "versions", "robot"):
        kept.pop(name)
    return kept


def _situation(seen: Telemetry) -> tuple[object, ...]:
    return (
        seen.phase, seen.activity, seen.armed, seen.stop_reason, seen.stop_cleared, seen.pending,
        seen.task, seen.episode_id, seen.run_id, seen.policy_connected,
        seen.policy_trouble, seen.auto_end, seen.hand_off,
    )  # fmt: skip


def _person(holder: Holder | None) -> dict[str, str] | None:
    return {"id": str(holder.id), "name": holder.name} if holder else None


def _telemetry(seen: Telemetry | None, *, truth: bool) -> dict[str, Any] | None:
    if seen is None:
        return None
    shown: dict[str, Any] = msgspec.to_builtins(seen)
    del shown["type"]
    shown["truth"] = plain(seen.truth) if truth else None
    return shown
