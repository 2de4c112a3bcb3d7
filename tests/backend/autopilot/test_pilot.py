"""What the automatic operator decides, state by state."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from backend.autopilot.pilot import OUTCOMES, Holder, Lease, RobotState, Seen, Truth, decide
from robot_bridge.robots.base import Ending

IDLE = Seen(
    phase="paused",
    activity="idle",
    armed=True,
    stop_reason="",
    stop_cleared=False,
    pending="",
    hand_off="truth",
    policy_connected=True,
    auto_end=True,
    hand_off_step=-1,
    journal_pending=0,
    episode_id=None,
    truth=None,
)
STOPPED: dict[str, Any] = {"phase": "stopped", "armed": False, "stop_reason": "not armed yet"}
EPISODE: dict[str, Any] = {"activity": "episode", "phase": "base"}
CRITICAL: dict[str, Any] = EPISODE | {"truth": Truth(critical=True)}


def robot(*, holder: str = "", waiting_for: str = "start", **seen: Any) -> RobotState:
    return RobotState(
        id=uuid4(),
        name="sim-1",
        connected=True,
        telemetry=msgspec.structs.replace(IDLE, **seen),
        lease=Lease(Holder(uuid4(), holder) if holder else None),
        waiting_for=waiting_for,
    )


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        (robot(), "start_episode"),
        (robot(holder="autopilot"), "start_episode"),
        (robot(waiting_for="label"), "label"),
        (robot(journal_pending=3), "start_episode"),
        (robot(journal_pending=4), None),
        (robot(journal_pending=4, waiting_for="label"), "label"),
        (robot(auto_end=False), "set_auto_end"),
        (robot(policy_connected=False), None),
        (robot(activity="resetting"), None),
        (robot(**STOPPED), "clear_stop"),
        (robot(**STOPPED | {"stop_cleared": True}), "arm"),
        (robot(**STOPPED | {"stop_cleared": True, "policy_connected": False}), None),
        (robot(**STOPPED | {"stop_reason": "the control session was lost: x"}), "clear_stop"),
        (robot(**STOPPED | {"stop_reason": "stopped by autopilot"}), "clear_stop"),
        (robot(**EPISODE), None),
        (robot(**EPISODE | {"truth": Truth(critical=False)}), None),
        (robot(**CRITICAL), "hand_off"),
        (robot(**CRITICAL | {"pending": "rl"}), None),
        (robot(**CRITICAL | {"hand_off": "operator"}), None),
        (robot(**CRITICAL | {"hand_off": "wait"}), None),
        (robot(**EPISODE | {"hand_off": "now"}), "follow_suggestion"),
        (robot(**EPISODE | {"hand_off": "now", "pending": "rl"}), None),
        (robot(**EPISODE | {"hand_off": "now", "hand_off_step": 4}), None),
        (robot(**EPISODE | {"hand_off": "now", "phase": "human"}), None),
        (robot(**CRITICAL | {"hand_off_step": 4}), None),
        (robot(**CRITICAL | {"phase": "human"}), None),
    ],
)
def test_the_next_deed(state: RobotState, deed: str | None) -> None:
    assert decide(state, "autopilot") == deed


@pytest.mark.parametrize("cleared", [False, True])
def test_a_stop_pressed_by_a_person_is_theirs_to_clear(cleared: bool) -> None:
    state = robot(**STOPPED | {"stop_reason": "stopped by ada", "stop_cleared": cleared})
    assert decide(state, "autopilot") is None


def test_people_with_the_lease_are_left_alone() -> None:
    assert decide(robot(holder="ada", **STOPPED), "autopilot") is None


def test_an_absent_robot_is_left_alone() -> None:
    away = msgspec.structs.replace(robot(), connected=False, telemetry=None)
    assert decide(away, "autopilot") is None


def test_every_ending_of_the_world_has_an_outcome() -> None:
    assert {ending.value for ending in Ending} <= set(OUTCOMES)
    assert [name for name, outcome in OUTCOMES.items() if outcome == "success"] == ["success"]
