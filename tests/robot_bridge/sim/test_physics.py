"""Physics that can be believed, on every task."""

import mujoco
import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.arm import STIFFNESS
from robot_bridge.sim.recording import demonstrate
from robot_bridge.sim.tasks import TASKS, task_named
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.world import World
from robot_bridge.studies import careless
from tests.robot_bridge.sim.tasks import scripts

NAMES = sorted(TASKS)


SPRUNG = ("latch", "spring", "pawl", "tooth")
"""Shapes on springs: they are passed over, not pressed on."""


def overlap(world: World) -> float:
    """Depth of the worst penetration of the moment, metres."""
    deepest = 0.0
    for contact in world.data.contact:
        names = [world.model.geom(geom).name.split(":")[0] for geom in contact.geom]
        if not any(name in SPRUNG for name in names):
            deepest = max(deepest, -float(contact.dist))
    return deepest


@pytest.mark.parametrize("name", NAMES)
def test_an_impact_at_full_speed_neither_sinks_in_nor_explodes(name: str) -> None:
    robot = scripts.connected(name)
    for seed in range(6):
        robot.reset("critical", seed)
        policy, worst = careless.full_force(generator(seed, "full_force")), 0.0
        while robot.truth().ending is None:
            robot.send_action(policy(robot))
            worst = max(worst, overlap(robot.world))
        assert worst < 0.0004
        assert robot.truth().peak_force < 80.0


@pytest.mark.parametrize("name", NAMES)
def test_the_arm_s_whole_strength_presses_nothing_through_the_table(name: str) -> None:
    robot = scripts.connected(name)
    robot.reset("critical", 0)
    world = robot.world
    assert world is not None
    world.held.hold(friction=50.0)
    for _ in range(150):
        robot.send_action(np.array([0.0, 0.0, -0.001, 0.0, 0.0, 0.0]))
    force = float(np.linalg.norm(world.force))
    assert 8.0 < force < 1.5 * STIFFNESS[2] * robot.config.lead_limit
    assert overlap(world) < 0.00005


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_at_rest_gains_no_energy(name: str) -> None:
    world = World(task_named(name))
    world.model.opt.enableflags |= mujoco.mjtEnableBit.mjENBL_ENERGY
    world.reset(5, "critical")
    world.data.qvel[:6] = 0.3
    kinetic = []
    for _ in range(100):
        world.step()
        kinetic.append(float(world.data.energy[1]))
    assert kinetic[0] > 1e-6
    assert max(kinetic[10:]) < kinetic[0]
    assert max(kinetic[60:]) < 1e-3 * kinetic[0]


@pytest.mark.parametrize("name", NAMES)
def test_half_the_timestep_tells_the_same_story(name: str) -> None:
    robot = MujocoRobot(MujocoConfig(task=name, substeps=2 * task_named(name).substeps))
    robot.connect()
    demos = [demonstrate(robot, None, "critical", seed) for seed in range(4)]
    assert [demo.ending for demo in demos].count(Ending.SUCCESS) >= 3
    assert np.median([demo.peak_force for demo in demos]) < 10.0


@pytest.mark.parametrize("name", NAMES)
def test_what_is_done_comes_to_rest(name: str) -> None:
    robot = scripts.connected(name)
    assert demonstrate(robot, None, "critical", 2).ending is Ending.SUCCESS
    for _ in range(50):
        robot.hold()
    model, places = robot.world.model, []
    slides = model.jnt_qposadr[model.jnt_type == mujoco.mjtJoint.mjJNT_SLIDE]
    for _ in range(50):
        robot.hold()
        places.append(robot.world.data.qpos[slides])
        assert overlap(robot.world) < 0.0001
    assert np.ptp(places, axis=0).max() < 0.00005
