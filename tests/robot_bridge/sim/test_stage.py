"""What is for the eye alone touches neither the physics nor what a policy sees."""

from importlib.util import find_spec

import mujoco
import numpy as np
import pytest
from numpy.typing import NDArray

from robot_bridge.errors import ConfigError
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim import panda
from robot_bridge.sim.render import RayCaster
from robot_bridge.sim.stage import LOOKS, OVERVIEW, Looks, Stage
from robot_bridge.sim.tasks import TASKS, task_named
from robot_bridge.sim.world import World, compile_model

SEED = 4
needs_meshes = pytest.mark.skipif(
    find_spec(panda.PACKAGE) is None,
    reason="the Panda's meshes are not installed (make panda)",
)
each_look = pytest.mark.parametrize("looks", [LOOKS[0], pytest.param("panda", marks=needs_meshes)])


@pytest.fixture(scope="module")
def world() -> World:
    world = World(task_named("ethernet"))
    world.reset(SEED, "critical")
    return world


def picture(stage: Stage, camera: str) -> NDArray[np.uint8]:
    return RayCaster(stage.model, stage.groups).picture(
        stage.data, stage.model.camera(camera).id, 40, 30
    )


@each_look
def test_the_policys_cameras_see_what_the_physics_model_shows(world: World, looks: Looks) -> None:
    stage = Stage(world.task, looks)
    stage.pose(SEED, world.data.qpos)
    mujoco.mj_camlight(world.model, world.data)
    plain = RayCaster(world.model)
    for camera in ("wrist", "base"):
        wanted = plain.picture(world.data, world.model.camera(camera).id, 40, 30)
        assert np.array_equal(picture(stage, camera), wanted)


@each_look
def test_being_looked_at_changes_no_bit_of_the_motion(looks: Looks) -> None:
    def motion(stage: Stage | None) -> NDArray[np.float64]:
        robot = MujocoRobot(MujocoConfig(task="ethernet"))
        robot.connect()
        robot.reset("critical", SEED)
        states = []
        for _ in range(80):
            robot.send_action(np.array([0.0, 0.0, -0.001, 0.0, 0.0, 0.002]))
            states.append(np.concatenate([robot.state(), robot.world.data.qpos]))
            if stage is not None:
                stage.pose(SEED, robot.world.data.qpos)
        assert robot.world.peak_force > 1.0
        return np.array(states)

    assert np.array_equal(motion(None), motion(Stage(task_named("ethernet"), looks)))


@each_look
def test_only_the_eye_is_served(looks: Looks) -> None:
    plain, stage = compile_model("ethernet"), Stage(task_named("ethernet"), looks).model
    more = [shape for shape in range(stage.ngeom) if stage.geom_group[shape] in (3, 5)]
    assert stage.ngeom == plain.ngeom + len(more)
    assert not stage.geom_contype[more].any()
    assert not stage.geom_conaffinity[more].any()
    assert stage.nu == plain.nu
    assert [stage.joint(n).name for n in range(plain.njnt)] == [
        plain.joint(n).name for n in range(plain.njnt)
    ]


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_a_place_of_its_own(task: str) -> None:
    stage = Stage(task_named(task), "primitives")
    stage.pose(SEED, stage.data.qpos)
    bare = Stage(task_named(task), "primitives")
    bare.groups = {}
    bare.pose(SEED, bare.data.qpos)
    differs = (picture(stage, OVERVIEW.name) != picture(bare, OVERVIEW.name)).any(axis=2)
    assert differs.mean() > 0.1


@needs_meshes
@pytest.mark.parametrize("task", sorted(TASKS))
@pytest.mark.parametrize("regime", ["critical", "full"])
def test_the_panda_holds_what_our_arm_holds(task: str, regime: str) -> None:
    stage = Stage(task_named(task), "panda")
    robot = MujocoRobot(MujocoConfig(task=task))
    robot.connect()
    follower = panda.PandaFollower(stage.model, stage.data)
    for seed in range(5):
        robot.reset("critical" if regime == "critical" else "full", seed)
        stage.pose(seed, robot.world.data.qpos)
        assert np.abs(follower.error()).max() < 1e-3


def test_without_the_meshes_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panda, "PACKAGE", "no_such_package_of_meshes")
    with pytest.raises(ConfigError, match="run `make panda`"):
        Stage(task_named("ethernet"), "panda")
