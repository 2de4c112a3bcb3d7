"""The screw as a mechanism: turning and going down belong together."""

import numpy as np
import pytest

from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.screw import mechanism, shape
from robot_bridge.sim.tasks.screw.mechanism import ScrewMechanism, Thread
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.scripts import down_at


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("screw")


def screw_of(robot: MujocoRobot) -> ScrewMechanism:
    found = robot.world.mechanism
    assert isinstance(found, ScrewMechanism)
    return found


def test_the_screw_follows_its_helix_all_the_way(robot: MujocoRobot) -> None:
    robot.reset("critical", 4)
    push, screw, off = down_at(0.0), screw_of(robot), []
    for step in range(200):
        robot.send_action(push(robot, step))
        if screw.thread is Thread.CAUGHT:
            off.append(screw.depth() - shape.PITCH * screw.turns())
    assert screw.thread is Thread.SEATED
    assert len(off) > 80
    assert np.ptp(off) < 0.00002


def test_the_screw_does_not_go_down_unless_it_turns(
    robot: MujocoRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.reset("critical", 4)
    push, screw = down_at(0.0), screw_of(robot)
    step = 0
    while screw.depth() < 0.0005:
        robot.send_action(push(robot, step))
        step += 1
    monkeypatch.setattr(mechanism, "TOP_SPEED", 0.0)
    for _ in range(20):
        robot.send_action(push(robot, step))
    before, turns = screw.depth(), screw.turns()
    robot.world.held.hold(friction=50.0)
    for _ in range(60):
        robot.send_action(np.array([0, 0, -0.003, 0, 0, 0]))
    assert robot.state()[14] > 15.0
    # The wedge of the recess may still turn the screw a little; what it goes down is that turn's.
    assert screw.turns() - turns < 0.2
    down = shape.PITCH * (screw.turns() - turns)
    assert screw.depth() - before == pytest.approx(down, abs=0.00002)


def test_the_spindle_does_not_run_in_the_air(robot: MujocoRobot) -> None:
    robot.reset("critical", 4)
    for _ in range(30):
        robot.send_action(np.zeros(6))
    assert robot.world.data.joint("spindle").qpos[0] == pytest.approx(0.0, abs=0.01)


def test_each_episode_starts_with_a_loose_screw(robot: MujocoRobot) -> None:
    push = down_at(0.0)
    leans = set()
    for seed in (4, 5, 6):
        robot.reset("critical", seed)
        screw = screw_of(robot)
        assert (screw.thread, screw.depth(), screw.turns()) == (Thread.LOOSE, 0.0, 0.0)
        assert screw.lean() <= mechanism.LEAN
        leans.add(screw.lean())
        for step in range(80):
            robot.send_action(push(robot, step))
        assert screw.thread is Thread.CAUGHT
    assert len(leans) == 3


@pytest.mark.parametrize(("turn", "thread"), [(0.005, Thread.LOOSE), (0.03, Thread.CHEWED)])
def test_a_screw_that_is_turned_by_a_bit_at_its_rim_is_spoiled(
    robot: MujocoRobot, turn: float, thread: Thread
) -> None:
    robot.reset("critical", 4)
    at = int(robot.world.model.joint("screw_turn").qposadr[0])
    robot.send_action(np.zeros(6))
    robot.world.data.qpos[at] -= turn
    robot.send_action(np.zeros(6))
    assert screw_of(robot).thread is thread
