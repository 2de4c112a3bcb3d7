import pytest

from robot_bridge.control.clock import MS
from robot_bridge.control.watchdog import DRIVE_HOLD_MS, DriveStream, Silence
from robot_bridge.protocol.messages import CommandKind, Drive
from tests.robot_bridge.control.rig import Rig

Twist = tuple[float, float, float, float, float, float]

ONES: Twist = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def drive(sequence: int, twist: Twist = ONES) -> Drive:
    return Drive(sequence=sequence, lease_epoch=1, twist=twist)


def test_nobody_heard_is_silence() -> None:
    assert Silence().expired(0)


@pytest.mark.parametrize(("after", "expired"), [(0, False), (99, False), (100, True), (500, True)])
def test_silence_begins_100_ms_after_the_last_message(after: int, expired: bool) -> None:
    silence = Silence()
    silence.heard(1000 * MS)
    assert silence.expired((1000 + after) * MS) is expired


def test_own_absence_is_excused_once_per_silence() -> None:
    silence = Silence()
    silence.heard(0)
    silence.excuse(300 * MS)
    assert not silence.expired(339 * MS)
    silence.excuse(339 * MS)
    assert silence.expired(340 * MS)
    silence.heard(341 * MS)
    silence.excuse(600 * MS)
    assert not silence.expired(639 * MS)


def test_a_closed_session_is_not_excused() -> None:
    silence = Silence()
    silence.heard(0)
    silence.forget()
    silence.excuse(10 * MS)
    assert silence.expired(11 * MS)


def test_hands_are_followed_for_150_ms_and_released_after_500() -> None:
    hands = DriveStream()
    hands.open(0)
    assert hands.accept(drive(1), 10 * MS)
    assert hands.twist(159 * MS) == ONES
    assert hands.twist(160 * MS) is None
    assert not hands.released(509 * MS)
    assert hands.released(510 * MS)


def test_a_take_over_without_any_drive_is_released_too() -> None:
    hands = DriveStream()
    hands.open(0)
    assert hands.twist(100 * MS) == (0.0,) * 6
    assert hands.released(500 * MS)


@pytest.mark.parametrize("sequence", [0, 4, 5])
def test_reordered_and_repeated_drives_are_dropped(sequence: int) -> None:
    hands = DriveStream()
    hands.open(0)
    hands.accept(drive(5), 0)
    assert not hands.accept(drive(sequence, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)), 10 * MS)
    assert hands.twist(11 * MS) == ONES


def test_outside_an_intervention_drives_are_dropped() -> None:
    hands = DriveStream()
    assert not hands.accept(drive(1), 0)
    hands.open(0)
    hands.close()
    assert not hands.accept(drive(2), 0)
    assert hands.twist(0) is None
    assert not hands.released(10_000 * MS)


def taken_over() -> Rig:
    """An attempt in a person's hands."""
    rig = Rig()
    rig.armed_start()
    assert rig.order(CommandKind.TAKE_OVER).ok
    return rig


def steered(rig: Rig, *wishes: float) -> None:
    """One control period along x for each share of the top speed."""
    for sequence, wish in enumerate(wishes):
        rig.drive(sequence, wish)
        rig.tick()


def test_when_hands_let_go_the_last_motion_is_written_down() -> None:
    rig = taken_over()
    steered(rig, *[1.0] * 10)
    assert "hands_silent" not in rig.ports.notes
    assert rig.ports.notes.count("hands_moving") == 1
    rig.tick(DRIVE_HOLD_MS // 20 + 1)
    assert rig.ports.notes.count("hands_silent") == 1
    rig.tick(3)
    assert rig.ports.notes.count("hands_silent") == 1
    assert "hands_still" not in rig.ports.notes


def test_hands_that_ask_for_rest_are_told_apart_from_silent_ones() -> None:
    rig = taken_over()
    steered(rig, 1.0, 1.0, 0.0, 0.0, 0.0)
    assert rig.ports.notes.count("hands_still") == 1
    assert "hands_silent" not in rig.ports.notes


def test_the_rounding_of_a_driver_is_no_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = taken_over()
    send = rig.robot.send_action
    monkeypatch.setattr(rig.robot, "send_action", lambda action: send(action) + 1e-18)
    steered(rig, 1.0, 1.0, 0.0, 0.0, 0.0)
    assert rig.ports.notes.count("hands_still") == 1


def test_hands_that_end_with_the_intervention_are_written_down() -> None:
    rig = taken_over()
    steered(rig, *[1.0] * 3)
    assert rig.order(CommandKind.PAUSE).ok
    rig.tick(3)
    assert rig.ports.notes.count("hands_over") == 1
    assert not {"hands_still", "hands_silent"}.intersection(rig.ports.notes)
