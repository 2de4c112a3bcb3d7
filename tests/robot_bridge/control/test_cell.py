"""Rules of the cell, one by one, on a clock that only the test turns."""

from uuid import uuid4

import numpy as np
import pytest

from robot_bridge.control.machine import Readiness
from robot_bridge.protocol.messages import CommandKind, Phase, Source
from tests.robot_bridge.control.rig import Rig


def test_a_bridge_boots_stopped_and_arms_in_two_steps() -> None:
    rig = Rig()
    assert rig.phase() is Phase.STOPPED
    assert rig.cell.machine.stop_reason == "not armed yet"
    assert "clear it first" in rig.order(CommandKind.ARM).error
    assert rig.order(CommandKind.CLEAR_STOP).ok
    assert not rig.cell.machine.armed
    assert rig.order(CommandKind.ARM).ok
    assert rig.cell.machine.armed
    assert rig.phase() is Phase.PAUSED


def test_arming_needs_the_control_session_and_no_policy() -> None:
    rig = Rig()
    rig.order(CommandKind.CLEAR_STOP)
    rig.ports.ready = Readiness(control=False, policy=True)
    assert "control session is down" in rig.order(CommandKind.ARM).error
    rig.ports.ready = Readiness(control=True, policy=False)
    assert rig.order(CommandKind.ARM).ok


def test_a_person_drives_without_a_policy_and_nothing_is_recorded() -> None:
    rig = Rig()
    rig.ports.ready = Readiness(control=True, policy=False)
    rig.arm()
    assert rig.order(CommandKind.TAKE_OVER).ok
    assert rig.phase() is Phase.HUMAN
    before = rig.robot.state()[0]
    for sequence in range(1, 6):
        rig.drive(sequence)
        rig.tick()
    assert rig.robot.state()[0] > before + 0.003
    assert "give the robot back" in rig.order(CommandKind.START_EPISODE, regime="full").error
    assert "give the robot back" in rig.order(CommandKind.SET_TASK, task="screw").error
    assert rig.order(CommandKind.GIVE_BACK).ok
    assert rig.phase() is Phase.PAUSED
    assert rig.told("phase_changed").details["why"] == "give back"
    assert rig.ports.records == []
    assert rig.ports.frames == []


def test_free_driving_holds_and_ends_when_the_hands_are_gone() -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1)
    rig.tick(10)
    still = rig.robot.state()[:6].copy()
    rig.tick(14)
    assert np.allclose(rig.robot.state()[:6], still, atol=1e-4)
    assert rig.phase() is Phase.HUMAN
    rig.tick(3)
    assert rig.phase() is Phase.PAUSED
    assert rig.told("phase_changed").details["why"] == "released: robot holds"
    rig.drive(2)
    rig.tick(2)
    assert np.allclose(rig.robot.state()[:6], still, atol=1e-4)


@pytest.mark.parametrize("lost", ["control", "policy"])
def test_a_lost_session_stops_free_driving(lost: str) -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1)
    rig.tick(2)
    rig.cell.session_lost(lost, "gone")
    rig.tick()
    assert rig.phase() is Phase.STOPPED
    assert rig.ports.notes[-1] == "safe_state"
    still = rig.robot.state()[0]
    rig.drive(2)
    rig.tick(5)
    assert rig.robot.state()[0] == pytest.approx(still, abs=1e-3)


def test_free_hands_that_are_no_numbers_stop_the_robot() -> None:
    rig = Rig()
    rig.arm()
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1, float("nan"))
    rig.tick()
    assert rig.phase() is Phase.STOPPED
    assert "rejected" in rig.cell.machine.stop_reason


def test_a_session_lost_between_the_two_steps_starts_the_arming_again() -> None:
    rig = Rig()
    rig.order(CommandKind.CLEAR_STOP)
    rig.cell.session_lost("policy", "gone")
    assert not rig.order(CommandKind.ARM).ok


def test_nothing_moves_before_the_first_chunk_and_the_clock_does_not_run() -> None:
    rig = Rig()
    rig.answering = False
    rig.armed_start()
    before = rig.robot.state()[:3].copy()
    rig.tick(50)
    assert rig.step == 0
    assert rig.robot.state()[:3] == pytest.approx(before)
    first = rig.ports.observations[0]
    assert (first.step, first.delay, first.rl) == (0, 0, False)
    rig.cell.chunk(rig.answer(first))
    rig.tick()
    assert rig.step == 1


def test_the_first_chunk_has_ten_seconds() -> None:
    rig = Rig()
    rig.answering = False
    rig.armed_start()
    rig.tick(502)
    assert rig.phase() is Phase.STOPPED
    assert "10 s" in rig.cell.machine.stop_reason


def test_observations_leave_three_steps_before_each_boundary() -> None:
    rig = Rig()
    rig.latency = 50
    rig.armed_start()
    rig.tick(40)
    asked = [(o.step, o.delay) for o in rig.ports.observations]
    assert asked[:4] == [(0, 0), (7, 3), (17, 3), (27, 3)]
    assert rig.cell.attempt is not None
    assert rig.cell.attempt.held_steps == 0


def test_the_newest_chunk_tells_where_its_time_went() -> None:
    rig = Rig()
    rig.armed_start()
    assert rig.cell.chunk_stages_ms == {"vla": 8.0}


def test_a_late_chunk_holds_and_is_counted() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(6)
    rig.latency = 120
    rig.tick(20)
    assert rig.cell.attempt is not None
    held = rig.cell.attempt.held_steps
    assert held > 0
    rig.latency = 0
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    assert rig.sources.count(Source.HOLD) == held
    rows = np.concatenate([r.actions.numpy() for r in rig.reports])
    assert not rows[[s is Source.HOLD for s in rig.sources]].any()


def test_more_than_25_held_steps_stop_the_robot() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(6)
    rig.answering = False
    rig.tick(9 - 6 + 25)
    assert rig.phase() is Phase.BASE
    rig.tick(2)
    assert rig.phase() is Phase.STOPPED
    assert "steps late" in rig.cell.machine.stop_reason
    assert rig.end is not None
    assert (rig.end.ended_by, rig.end.truncated) == ("stopped", True)


def test_unpaced_time_stands_still_while_a_chunk_is_late() -> None:
    rig = Rig(paced=False)
    rig.armed_start()
    rig.tick(6)
    rig.answering = False
    rig.tick(400)
    assert rig.step == 10
    rig.cell.chunk(rig.answer(rig.ports.observations[-1]))
    rig.tick()
    assert rig.step == 11
    assert rig.cell.attempt is not None
    assert rig.cell.attempt.held_steps == 0


def test_hand_off_waits_for_the_boundary_and_back_to_base_too() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(3)
    answer = rig.order(CommandKind.HAND_OFF)
    assert answer.step == 10
    assert rig.cell.machine.pending == "rl"
    rig.tick(10 - rig.step)
    assert rig.phase() is Phase.BASE
    rig.tick()
    assert rig.phase() is Phase.RL
    assert rig.cell.machine.pending == ""
    assert rig.told("phase_changed").step == 10
    assert rig.told("phase_changed").issued_by == "ada"
    assert rig.order(CommandKind.BACK_TO_BASE).step == 20
    rig.tick(10)
    assert rig.phase() is Phase.BASE
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    assert rig.end is not None
    assert rig.end.hand_off_step == 10
    assert rig.sources[:10] == [Source.BASE] * 10
    assert rig.sources[10:20] == [Source.RL] * 10
    # A crash may take the end, so every report says it too.
    assert [report.hand_off_step for report in rig.reports] == [-1, 10, 10]


def test_a_switch_taken_back_in_time_never_happens() -> None:
    rig = Rig()
    rig.armed_start()
    rig.order(CommandKind.HAND_OFF)
    rig.order(CommandKind.BACK_TO_BASE)
    rig.tick(30)
    assert rig.phase() is Phase.BASE
    assert not any(observation.rl for observation in rig.ports.observations)


def test_hand_off_at_start_makes_the_first_chunk_the_actors() -> None:
    rig = Rig()
    rig.armed_start(hand_off_at_start=True)
    assert rig.ports.observations[0].rl
    rig.tick(3)
    assert rig.phase() is Phase.RL
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    assert rig.end is not None
    assert rig.end.hand_off_step == 0


def test_a_person_drives_from_the_next_tick_and_silence_holds_then_releases() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)
    taken = rig.step
    assert rig.order(CommandKind.TAKE_OVER).step == taken
    rig.drive(1)
    rig.tick(10)
    rig.tick(15)
    assert rig.phase() is Phase.HUMAN
    rig.tick()
    assert rig.phase() is Phase.PAUSED
    assert rig.told("phase_changed").details["why"] == "released: robot holds"
    paused = rig.step
    rig.tick(20)
    assert rig.step == paused
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    human = rig.sources[taken:]
    assert human[:8] == [Source.HUMAN] * 8
    assert set(human[8:]) == {Source.HOLD}


def test_drives_of_an_older_lease_do_not_move_the_robot() -> None:
    rig = Rig()
    rig.epoch = 5
    rig.armed_start()
    rig.tick(5)
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(9, epoch=4)
    before = rig.robot.state()[0]
    rig.tick(3)
    assert rig.robot.state()[0] == pytest.approx(before)
    rig.drive(1)
    rig.tick(3)
    assert rig.robot.state()[0] > before + 0.001


def test_hands_are_scaled_clipped_and_rate_limited() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1, x=50.0)
    rig.tick(4)
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    rows = np.concatenate([r.actions.numpy() for r in rig.reports])
    human = rows[[s is Source.HUMAN for s in rig.sources]][:, 0]
    assert human == pytest.approx([0.0015, 0.003, 0.003, 0.003])


def test_hands_that_are_no_numbers_stop_the_robot() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1, x=float("nan"))
    rig.tick(2)
    assert rig.phase() is Phase.STOPPED


def test_give_back_asks_at_once_holds_and_plays_at_arrival() -> None:
    rig = Rig()
    rig.armed_start()
    rig.order(CommandKind.HAND_OFF)
    rig.tick(15)
    rig.order(CommandKind.TAKE_OVER)
    rig.drive(1)
    rig.tick(3)
    rig.latency = 50
    at = rig.step
    rig.order(CommandKind.GIVE_BACK)
    rig.tick(8)
    asked = rig.ports.observations[-1]
    assert (asked.step, asked.delay, asked.rl) == (at, 0, True)
    rig.order(CommandKind.END_EPISODE)
    rig.tick()
    after = rig.sources[at:]
    assert after[:3] == [Source.HOLD] * 3
    assert after[3] is Source.RL


def test_a_pause_stops_the_episode_clock_and_resume_asks_anew() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(5)
    rig.order(CommandKind.PAUSE)
    at = rig.step
    rig.tick(100)
    assert rig.step == at
    assert rig.order(CommandKind.RESUME).ok
    rig.tick(2)
    assert rig.ports.observations[-1].step == at
    assert rig.phase() is Phase.BASE


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_action_that_is_no_number_is_held_told_and_stops(bad: float) -> None:
    rig = Rig()
    rig.armed_start()
    rig.action = np.array([0, 0, bad, 0, 0, 0])
    rig.tick(12)
    assert rig.phase() is Phase.STOPPED
    assert "action_rejected" in rig.kinds()
    assert rig.sources[-1] is Source.HOLD
    assert rig.end is not None
    assert np.isfinite(np.concatenate([r.actions.numpy() for r in rig.reports])).all()


def test_a_chunk_of_another_episode_is_dropped_and_one_of_a_wrong_shape_told() -> None:
    rig = Rig()
    rig.answering = False
    rig.armed_start()
    asked = rig.ports.observations[0]
    rig.cell.chunk(rig.answer(asked, episode_id=uuid4()))
    rig.tick()
    assert rig.step == 0
    assert "chunk_rejected" not in rig.kinds()
    rig.cell.chunk(rig.answer(asked, rows=3))
    rig.tick()
    assert rig.step == 0
    assert "chunk_rejected" in rig.kinds()
