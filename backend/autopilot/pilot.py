"""What the automatic operator does next. Pure: a robot's state in, an order out."""

from typing import Literal
from uuid import UUID

import msgspec

Deed = Literal[
    "clear_stop", "arm", "set_auto_end", "hand_off", "follow_suggestion", "start_episode", "label"
]

OUTCOMES = {
    "success": "success",
    "broken": "failure",
    "dropped": "failure",
    "jammed": "failure",
    "out_of_reach": "failure",
    "timeout": "failure",
    "stopped": "discard",
    "bridge_restarted": "discard",
}
"""How an attempt ended, by the simulator's own verdict, and what that is as a label."""


MOST_UNSTORED = 3
"""Attempts on the robot's disk that may wait to be stored. Flat out it makes them faster than that,
and robots' questions go before storing: without a pause nothing would ever be stored.
"""


class Truth(msgspec.Struct, frozen=True):
    """What the simulator knows."""

    critical: bool = False


class Seen(msgspec.Struct, frozen=True):
    """The part of a robot's telemetry that matters here."""

    phase: str
    activity: str
    armed: bool
    stop_reason: str
    stop_cleared: bool
    pending: str
    hand_off: str
    policy_connected: bool
    auto_end: bool
    hand_off_step: int
    journal_pending: int
    episode_id: UUID | None
    truth: Truth | None


class Holder(msgspec.Struct, frozen=True):
    """Who drives."""

    id: UUID
    name: str


class Lease(msgspec.Struct, frozen=True):
    """The lease of a robot."""

    holder: Holder | None


class RobotState(msgspec.Struct, frozen=True):
    """A robot as the live socket shows it."""

    id: UUID
    name: str
    connected: bool
    telemetry: Seen | None
    lease: Lease
    waiting_for: str


def decide(robot: RobotState, me: str) -> Deed | None:
    """The next deed, or None: somebody else drives, or there is nothing to do but wait."""
    seen, holder = robot.telemetry, robot.lease.holder
    if not robot.connected or seen is None or (holder is not None and holder.name != me):
        return None
    if seen.phase == "stopped" or not seen.armed:
        return _rearm(seen, me)
    if not seen.policy_connected or seen.activity == "resetting":
        return None
    if not seen.auto_end:
        return "set_auto_end"
    if seen.activity == "episode":
        return _hand_off(seen)
    if robot.waiting_for == "label":
        return "label"
    return "start_episode" if seen.journal_pending <= MOST_UNSTORED else None


def _rearm(seen: Seen, me: str) -> Deed | None:
    """Out of a stop in its two steps, unless a person pressed it: then a person clears it."""
    if seen.stop_reason.startswith("stopped by ") and seen.stop_reason != f"stopped by {me}":
        return None
    if not seen.stop_cleared:
        return "clear_stop"
    return "arm" if seen.policy_connected else None


def _hand_off(seen: Seen) -> Deed | None:
    """At the begin of the precise part, where the regime does not do it by itself."""
    critical = seen.truth is not None and seen.truth.critical
    due = {"truth": critical, "now": True}.get(seen.hand_off, False)
    if not due or seen.phase != "base" or seen.hand_off_step >= 0 or seen.pending == "rl":
        return None
    return "follow_suggestion" if seen.hand_off == "now" else "hand_off"
