"""How attempts end, what stops the robot, and what is recorded of it all."""

import numpy as np
import pytest

from robot_bridge.control.clock import MS
from robot_bridge.errors import RobotError
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import Activity, CommandKind, Phase
from robot_bridge.robots.base import Ending, Truth, Vector
from tests.robot_bridge.control.rig import Rig


@pytest.mark.parametrize("session", ["control", "policy"])
def test_a_lost_session_latches_the_stop_within_the_next_tick(session: str) -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(12)
    rig.cell.session_lost(session, "gone")
    assert rig.phase() is Phase.STOPPED
    before = rig.robot.state()[:3].copy()
    rig.tick(5)
    assert rig.robot.state()[:3] == pytest.approx(before)
    assert rig.ports.notes[-3:] == ["session_lost", "stopped", "safe_state"]
    assert rig.end is not None
    assert rig.end.ended_by == "stopped"
    assert not rig.order(CommandKind.START_EPISODE, regime="full").ok


def test_a_stop_during_the_reset_ends_the_attempt_unrecorded() -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.START_EPISODE, regime="full")
    assert rig.cell.machine.activity is Activity.RESETTING
    assert rig.order(CommandKind.STOP).ok
    rig.tick()
    rig.arm()
    again = rig.order(CommandKind.START_EPISODE, regime="full")
    assert "still being reset" in again.error
    rig.cell.reset_done(1.0)
    rig.tick(3)
    assert rig.ports.records == []
    assert rig.order(CommandKind.START_EPISODE, regime="full").ok


def test_the_reset_is_shown_for_its_time_but_no_longer_than_one_and_a_half_seconds() -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.START_EPISODE, regime="full")
    rig.cell.reset_done(30.0)
    rig.tick(75)
    assert rig.ports.records == []
    rig.tick()
    assert rig.starts[0].reset_seconds == 30.0


def test_a_failed_reset_is_a_fault() -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.START_EPISODE, regime="full")
    rig.cell.reset_failed("a door is open")
    assert "a door is open" in rig.cell.machine.stop_reason
    assert "robot_fault" in rig.kinds()
    assert rig.cell.attempt is None


def test_a_robot_that_fails_is_left_alone_until_the_stop_is_cleared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)

    def fail(action: Vector) -> Vector:
        raise RobotError("motor 3 is hot")

    monkeypatch.setattr(rig.robot, "send_action", fail)
    rig.tick(2)
    assert "motor 3 is hot" in rig.cell.machine.stop_reason
    assert rig.end is not None
    assert rig.end.last_state is None
    rig.order(CommandKind.CLEAR_STOP)
    rig.tick()
    assert rig.cell.machine.stop_cleared


def test_a_broken_sensor_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    rig.armed_start()
    monkeypatch.setattr(rig.robot, "state", lambda: np.full(24, np.nan))
    rig.tick()
    assert "sensor" in rig.cell.machine.stop_reason


def world_says(rig: Rig, monkeypatch: pytest.MonkeyPatch, ending: Ending) -> None:
    truth = Truth(critical=True, ending=ending, relative_pose=(0.0,) * 6, peak_force=12.5)
    monkeypatch.setattr(rig.robot, "truth", lambda: truth)


@pytest.mark.parametrize("ending", [e for e in Ending if e is not Ending.SUCCESS])
def test_what_the_world_ends_is_over(monkeypatch: pytest.MonkeyPatch, ending: Ending) -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(4)
    world_says(rig, monkeypatch, ending)
    rig.tick(2)
    assert rig.end is not None
    assert rig.end.ended_by == ending.value
    assert rig.end.truncated is (ending is Ending.TIMEOUT)
    assert rig.end.peak_force == 12.5
    assert rig.phase() is Phase.PAUSED


def test_a_success_is_for_people_to_judge_unless_auto_end_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    rig.armed_start()
    world_says(rig, monkeypatch, Ending.SUCCESS)
    rig.tick(20)
    assert rig.end is None
    assert rig.order(CommandKind.SET_AUTO_END, enabled=True).ok
    rig.tick()
    assert rig.end is not None
    assert rig.end.ended_by == "success"
    assert not rig.end.truncated


def test_an_episode_nobody_ends_times_out() -> None:
    rig = Rig(frames_every=0)
    rig.action = np.zeros(6)
    rig.armed_start(regime="critical")
    rig.tick(299 - rig.step)
    assert rig.end is None
    rig.tick(2)
    assert rig.end is not None
    assert (rig.end.ended_by, rig.end.steps, rig.end.truncated) == ("timeout", 300, True)


def test_an_end_can_be_ordered_for_a_later_step() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)
    assert rig.order(CommandKind.END_EPISODE, at_step=18).step == 18
    rig.tick(30)
    assert rig.end is not None
    assert (rig.end.steps, rig.end.ended_by, rig.end.truncated) == (18, "label", False)
    assert rig.told("episode_ended").issued_by == "ada"


def test_missing_images_stop_an_episode_after_half_a_second() -> None:
    rig = Rig()
    rig.ports.blind = True
    rig.armed_start()
    rig.tick(24)
    assert rig.phase() is Phase.BASE
    rig.tick(2)
    assert "no camera images" in rig.cell.machine.stop_reason
    assert rig.end is None
    rig.tick(101)
    assert rig.end is not None
    assert rig.end.last_images == ()


def test_one_moment_one_picture() -> None:
    rig = Rig()
    rig.armed_start(delay=4)
    rig.ports.blind = True
    rig.tick(6 - rig.step)
    rig.ports.wishes.clear()
    assert rig.step == 6
    rig.tick()
    assert [wish.urgent for wish in rig.ports.wishes] == [True]


def test_a_recording_has_no_gaps_and_its_anchors_are_the_even_steps() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(27)
    rig.order(CommandKind.TAKE_OVER)
    rig.tick(13)
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    assert rig.end is not None
    following = 0
    for number, report in enumerate(rig.reports):
        assert report.seq == number + 1
        assert report.start_step == following
        assert len(report.sources) <= 10
        following += len(report.sources)
        anchors = [anchor.step for anchor in report.anchors]
        assert anchors == [s for s in range(report.start_step, following) if s % 2 == 0]
    assert following == rig.end.steps
    assert rig.end.seq == len(rig.reports) + 1
    assert rig.end.last_state is not None
    assert [wish.step for wish in rig.ports.frames] == list(range(0, following, 5))


def test_states_are_those_before_each_action() -> None:
    rig = Rig()
    rig.armed_start()
    seen = []
    for _ in range(10):
        seen.append(rig.robot.state().astype(np.float32))
        rig.tick()
    start = rig.step - 10
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    states = np.concatenate([r.states.numpy() for r in rig.reports])
    assert states[start : start + 10] == pytest.approx(np.stack(seen))


def test_the_process_can_close_the_record_without_the_last_pictures() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(12)
    rig.ports.blind = True
    rig.tick(2)
    rig.cell.stop("the bridge process ends")
    assert rig.cell.closing
    rig.cell.close_now()
    assert rig.end is not None
    assert sum(len(r.sources) for r in rig.reports) == rig.end.steps


def test_an_array_of_actions_is_what_the_driver_says_it_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    real = rig.robot.send_action
    monkeypatch.setattr(rig.robot, "send_action", lambda action: real(action * 0.5))
    rig.armed_start()
    rig.tick(9)
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    assert isinstance(rig.reports[0].actions, Array)
    sent = rig.reports[0].actions.numpy()[:, 2]
    assert sent == pytest.approx(np.full(len(sent), 0.00025))


def test_a_pause_of_a_minute_is_no_timeout() -> None:
    rig = Rig(frames_every=0)
    rig.armed_start(regime="critical")
    rig.tick(5)
    rig.order(CommandKind.PAUSE)
    rig.tick(3000)
    rig.clock.ns += 60_000 * MS
    assert rig.order(CommandKind.RESUME).ok
    rig.tick(3)
    assert rig.end is None
