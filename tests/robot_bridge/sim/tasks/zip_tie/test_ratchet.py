"""The pawl lets the strap through one way only, by contact."""

import numpy as np
import pytest

from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks.zip_tie import mechanism, shape
from robot_bridge.studies.audit.charges import witness_for
from tests.robot_bridge.sim.tasks import scripts
from tests.robot_bridge.sim.tasks.zip_tie.threading import pushed_in


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return scripts.connected("zip_tie")


def pull(robot: MujocoRobot, steps: int) -> None:
    for _ in range(steps):
        robot.send_action(np.array([0, 0, 0.003, 0, 0, 0]))


@pytest.mark.parametrize("teeth", [1, 4, 7])
def test_the_strap_does_not_come_back_through_the_pawl(robot: MujocoRobot, teeth: int) -> None:
    for seed in (9000, 9001, 9002):
        pushed_in(robot, seed, teeth)
        low = robot.parts()[3]
        robot.world.held.hold(friction=50.0)
        pull(robot, 80)
        assert robot.parts()[5] > 13.0  # newtons
        assert robot.parts()[3] - low < shape.TOOTH_PITCH
        assert robot.parts()[0] >= teeth


def test_without_the_pawl_it_comes_out_again(robot: MujocoRobot) -> None:
    model = robot.world.model
    pawl = model.geom("pawl").id
    pushed_in(robot, 9000, 4)
    kept = model.geom_contype[pawl], model.geom_conaffinity[pawl]
    model.geom_contype[pawl] = model.geom_conaffinity[pawl] = 0
    pull(robot, 25)
    model.geom_contype[pawl], model.geom_conaffinity[pawl] = kept
    assert robot.parts()[3] > 0.0


def test_what_holds_the_strap_beside_the_pawl_does_not_count(robot: MujocoRobot) -> None:
    model = robot.world.model
    pawl = model.geom("pawl").id
    pushed_in(robot, 9000, 4)
    kept = model.geom_contype[pawl], model.geom_conaffinity[pawl], model.geom_friction.copy()
    model.geom_contype[pawl] = model.geom_conaffinity[pawl] = 0
    model.geom_friction[:, 0] = 3.0
    held, counted = [], []
    for _ in range(12):
        robot.send_action(np.array([0.001, 0, 0.001, 0, 0, 0]))
        held.append(-robot.contact_force()[2])
        counted.append(robot.parts()[5])
    model.geom_contype[pawl], model.geom_conaffinity[pawl], model.geom_friction[:] = kept
    assert max(held) > 4.0
    assert counted == [0.0] * 12


def test_a_strap_that_is_shaken_in_its_slot_stays_out_of_the_walls(robot: MujocoRobot) -> None:
    witness, rng = witness_for(robot), np.random.default_rng(0)
    for seed in (9000, 9001):
        pushed_in(robot, seed, 3)
        with witness.looking_closely():
            for _ in range(40):
                robot.send_action(np.array([0, *rng.choice([-0.003, 0.003], 2), 0, 0, 0]))
    assert 0.00002 < witness.deepest < 0.0003


def test_going_in_takes_little_force_and_clicks(robot: MujocoRobot) -> None:
    pushed_in(robot, 9000, 6)
    assert -4.0 < robot.parts()[5] < 0.5


def test_a_straight_strap_is_the_exception(robot: MujocoRobot) -> None:
    asides = []
    for seed in range(40):
        robot.reset("critical", seed)
        bend = robot.parts()[4] * shape.SEGMENTS
        assert bend <= mechanism.CURVE
        tip = robot.parts()[1:4] - robot.tool().relative_to(robot.goal())[:3]
        asides.append(abs(tip[1]))
    assert 0.0008 < max(asides) < 0.004
