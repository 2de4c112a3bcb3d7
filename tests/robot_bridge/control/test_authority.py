from typing import Any
from uuid import uuid4

import pytest

from robot_bridge.control.machine import Readiness
from robot_bridge.protocol.messages import Command, CommandKind, Phase
from tests.robot_bridge.control.rig import Rig


def command(kind: CommandKind, epoch: int = 1, **args: Any) -> Command:
    return Command(id=uuid4(), kind=kind, args=args, issued_by="ada", lease_epoch=epoch)


def test_the_same_id_runs_once_and_is_answered_twice() -> None:
    rig = Rig()
    rig.arm()
    order = command(CommandKind.START_EPISODE, regime="full")
    rig.authority.command(order)
    rig.authority.command(order)
    assert rig.ports.results[-1] == rig.ports.results[-2]
    assert rig.ports.results[-1].ok
    assert len(rig.ports.resets) == 1


def test_a_refused_id_stays_refused() -> None:
    rig = Rig()
    order = command(CommandKind.START_EPISODE, regime="full")
    rig.authority.command(order)
    rig.arm()
    rig.authority.command(order)
    assert not rig.ports.results[-1].ok
    assert rig.ports.resets == []


@pytest.mark.parametrize("kind", [k for k in CommandKind if k is not CommandKind.STOP])
def test_an_older_lease_is_refused(kind: CommandKind) -> None:
    rig = Rig()
    rig.arm()
    rig.authority.command(command(CommandKind.SET_AUTO_END, epoch=7, enabled=False))
    rig.authority.command(command(kind, epoch=6))
    assert "lease 6 is over" in rig.ports.results[-1].error
    assert rig.told("command_refused").details["command"] == kind.value


def test_anyone_may_stop_whatever_their_lease() -> None:
    rig = Rig()
    rig.epoch = 9
    rig.armed_start()
    rig.authority.command(command(CommandKind.STOP, epoch=0))
    assert rig.ports.results[-1].ok
    assert rig.phase() is Phase.STOPPED
    assert rig.cell.machine.stop_reason == "stopped by ada"


def test_a_second_stop_keeps_the_first_reason_and_takes_a_clearing_back() -> None:
    rig = Rig()
    rig.arm()
    rig.cell.session_lost("policy", "gone")
    rig.order(CommandKind.STOP)
    assert "policy session" in rig.cell.machine.stop_reason
    rig.order(CommandKind.CLEAR_STOP)
    rig.order(CommandKind.STOP)
    assert rig.cell.machine.stop_reason == "stopped by ada"
    assert not rig.order(CommandKind.ARM).ok


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "regime"),
        ({"regime": "sideways"}, "sideways"),
        ({"regime": "full", "delay": -1}, "delay"),
        ({"regime": "full", "delay": 10}, "must be smaller than chunk"),
        ({"regime": "full", "chunk": 0}, "chunk"),
        ({"regime": "full", "seed": "x"}, "seed"),
        ({"regime": "full", "run_id": "no-uuid"}, "run_id"),
        ({"regime": "full", "speed": 2}, "speed"),
    ],
)
def test_wrong_arguments_are_named(args: dict[str, Any], words: str) -> None:
    rig = Rig()
    rig.arm()
    answer = rig.order(CommandKind.START_EPISODE, **args)
    assert not answer.ok
    assert words in answer.error
    assert rig.ports.resets == []


def test_a_start_may_leave_out_what_it_does_not_care_for() -> None:
    rig = Rig()
    rig.arm()
    assert rig.order(CommandKind.START_EPISODE, regime="full", run_id=None, seed=None).ok
    assert rig.ports.resets == [("full", 11)]


@pytest.mark.parametrize(
    ("ready", "words"),
    [
        (Readiness(control=True, policy=False), "policy session is down"),
        (Readiness(control=True, policy=True, fault="the journal disk is full"), "disk is full"),
    ],
)
def test_a_start_needs_a_policy_and_room_for_its_record(ready: Readiness, words: str) -> None:
    rig = Rig()
    rig.arm()
    rig.ports.ready = ready
    assert words in rig.order(CommandKind.START_EPISODE, regime="full").error


OUTSIDE = [
    (CommandKind.HAND_OFF, "no episode"),
    (CommandKind.BACK_TO_BASE, "no episode"),
    (CommandKind.GIVE_BACK, "no episode"),
    (CommandKind.PAUSE, "no episode"),
    (CommandKind.RESUME, "no episode"),
    (CommandKind.END_EPISODE, "no episode"),
]


def test_nobody_drives_a_robot_that_is_stopped_or_being_reset() -> None:
    rig = Rig()
    assert "not armed" in rig.order(CommandKind.TAKE_OVER).error
    rig.arm()
    rig.order(CommandKind.START_EPISODE, regime="full")
    assert "being reset" in rig.order(CommandKind.TAKE_OVER).error


@pytest.mark.parametrize(("kind", "words"), OUTSIDE)
def test_outside_an_episode_there_is_nothing_to_drive(kind: CommandKind, words: str) -> None:
    rig = Rig()
    rig.arm()
    answer = rig.order(kind)
    assert not answer.ok
    assert words in answer.error


@pytest.mark.parametrize(
    ("phase", "kind", "words"),
    [
        (Phase.BASE, CommandKind.START_EPISODE, "end it first"),
        (Phase.BASE, CommandKind.GIVE_BACK, "nobody drives"),
        (Phase.BASE, CommandKind.RESUME, "not paused"),
        (Phase.BASE, CommandKind.CLEAR_STOP, "not stopped"),
        (Phase.BASE, CommandKind.ARM, "armed already"),
        (Phase.HUMAN, CommandKind.TAKE_OVER, "a person drives already"),
        (Phase.HUMAN, CommandKind.HAND_OFF, "give the robot back"),
        (Phase.PAUSED, CommandKind.BACK_TO_BASE, "resume it first"),
        (Phase.PAUSED, CommandKind.PAUSE, "paused already"),
    ],
)
def test_inside_an_episode_each_phase_takes_only_its_own(
    phase: Phase, kind: CommandKind, words: str
) -> None:
    rig = Rig()
    rig.armed_start()
    if phase is Phase.HUMAN:
        rig.order(CommandKind.TAKE_OVER)
    if phase is Phase.PAUSED:
        rig.order(CommandKind.PAUSE)
    args = {"regime": "full"} if kind is CommandKind.START_EPISODE else {}
    answer = rig.order(kind, **args)
    assert not answer.ok
    assert words in answer.error
    assert rig.phase() is phase


def test_another_task_stops_and_an_unknown_one_is_refused() -> None:
    rig = Rig()
    rig.arm()
    assert rig.order(CommandKind.SET_TASK, task="screw").ok
    assert not rig.cell.machine.armed
    assert "unknown task" in rig.order(CommandKind.SET_TASK, task="juggle").error
    rig.armed_start()
    assert "end it before" in rig.order(CommandKind.SET_TASK, task="screw").error


def test_every_order_that_ran_is_told_with_its_giver_and_what_they_saw() -> None:
    rig = Rig()
    order = Command(
        id=uuid4(),
        kind=CommandKind.CLEAR_STOP,
        issued_by="grace",
        lease_epoch=1,
        frame_seen=41,
    )
    rig.authority.command(order)
    told = rig.told("stop_cleared")
    assert (told.issued_by, told.command_id, told.details["frame_seen"]) == ("grace", order.id, 41)


def test_who_decides_on_the_hand_off_comes_with_the_chunk_until_a_person_wants_the_base() -> None:
    rig = Rig()
    rig.hand_off = "now"
    rig.armed_start()
    rig.tick(12)
    assert rig.who_hands_off() == "now"
    assert rig.phase() is Phase.BASE
    rig.order(CommandKind.BACK_TO_BASE)
    rig.tick(12)
    assert rig.who_hands_off() == "operator"


def test_a_switch_that_was_suggested_says_so_in_its_event() -> None:
    rig = Rig()
    rig.armed_start()
    rig.tick(12)
    assert rig.order(CommandKind.HAND_OFF, because="suggestion").ok
    rig.tick(25)
    assert rig.phase() is Phase.RL
    assert rig.told("phase_changed").details["why"] == "suggestion"
    assert not rig.order(CommandKind.HAND_OFF, because="weather").ok
