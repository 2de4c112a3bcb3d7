"""What a lens says of a camera is where MuJoCo draws things."""

from typing import Any
from uuid import uuid4

import mujoco
import numpy as np
import pytest

from robot_bridge.robots.base import Lens
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.session.hello import hello
from robot_bridge.sim.poses import Pose, multiply, rotate
from robot_bridge.sim.stage import OVERVIEW, Stage


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    made = MujocoRobot(MujocoConfig(task="ethernet"))
    made.connect()
    made.reset("full", 3)
    return made


def in_base(lens: Lens, tool: Pose) -> Pose:
    seen = Pose(np.array(lens.position), np.array(lens.turn))
    if not lens.on_tool:
        return seen
    return Pose(tool.position + rotate(tool.quat, seen.position), multiply(tool.quat, seen.quat))


def assert_is(lens: Lens, tool: Pose, data: Any, camera: int) -> None:
    seen = in_base(lens, tool)
    turn = np.zeros(9)
    mujoco.mju_quat2Mat(turn, seen.quat)
    assert np.allclose(seen.position, data.cam_xpos[camera], atol=1e-9)
    assert np.allclose(turn, data.cam_xmat[camera], atol=1e-9)


def test_each_lens_is_where_the_model_has_its_camera(robot: MujocoRobot) -> None:
    world = robot.world
    mujoco.mj_forward(world.model, world.data)
    lenses = {camera.name: camera.lens for camera in robot.spec.cameras}
    assert [name for name, lens in lenses.items() if lens and lens.on_tool] == ["wrist"]
    for name, lens in lenses.items():
        assert lens is not None
        camera = world.model.camera(name)
        assert_is(lens, world.tool(), world.data, camera.id)
        assert lens.fovy == pytest.approx(np.radians(float(camera.fovy[0])))


def test_the_overview_stands_where_its_lens_says(robot: MujocoRobot) -> None:
    stage = Stage(robot.world.task, "primitives")
    stage.pose(3, np.array(robot.world.data.qpos))
    assert OVERVIEW.lens is not None
    camera = stage.model.camera(OVERVIEW.name).id
    assert_is(OVERVIEW.lens, robot.tool(), stage.data, camera)


def test_hello_tells_of_the_lenses(robot: MujocoRobot) -> None:
    said = hello(
        robot.spec, session="control", robot="a", boot_id=uuid4(),
        tasks=("ethernet",), renderer="",
    )  # fmt: skip
    assert [camera.lens is not None for camera in said.cameras] == [True] * len(said.cameras)
