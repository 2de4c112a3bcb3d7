import hashlib
from collections.abc import Iterator
from multiprocessing import get_context

import numpy as np
import pytest

from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.errors import ConfigError
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.tasks import TASKS

SIZE = 48


@pytest.fixture(autouse=True)
def no_graphics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLT_RENDER", "raycast")


@pytest.fixture
def cameras() -> Iterator[SimulatedCameras]:
    source = SimulatedCameras("ethernet")
    assert source.open().startswith("raycast")
    yield source
    source.close()
    source.close()


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    robot = MujocoRobot()
    robot.connect()
    return robot


def fingerprint(snapshot: bytes) -> str:
    source = SimulatedCameras("ethernet")
    source.open()
    pictures = [source.grab(name, SIZE, SIZE, snapshot).tobytes() for name in source.names]
    assert len(pictures) == 3
    source.close()
    return hashlib.sha256(b"".join(pictures)).hexdigest()


def test_another_process_sees_the_same_cell(robot: MujocoRobot) -> None:
    robot.reset("critical", 12)
    moment = robot.snapshot()
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(fingerprint, (moment,)) == fingerprint(moment)


def test_earlier_pictures_leave_no_trace(cameras: SimulatedCameras, robot: MujocoRobot) -> None:
    robot.reset("critical", 12)
    moment = robot.snapshot()
    first = cameras.grab("base", SIZE, SIZE, moment)
    robot.reset("full", 13)
    other = cameras.grab("base", SIZE, SIZE, robot.snapshot())
    assert np.array_equal(cameras.grab("base", SIZE, SIZE, moment), first)
    assert not np.array_equal(other, first)


@pytest.mark.parametrize("camera", ["wrist", "base"])
@pytest.mark.parametrize("task", sorted(TASKS))
def test_each_camera_shows_half_a_millimetre_on_either_axis(task: str, camera: str) -> None:
    robot = MujocoRobot(MujocoConfig(task=task))
    robot.connect()
    source = SimulatedCameras(task)
    source.open()
    for axis in (0, 1):
        robot.reset("critical", 12)
        before = source.grab(camera, 96, 96, robot.snapshot()).astype(int)
        step = np.zeros(6)
        step[axis] = 0.0005
        robot.send_action(step)
        for _ in range(10):
            robot.send_action(np.zeros(6))
        after = source.grab(camera, 96, 96, robot.snapshot()).astype(int)
        assert (np.abs(after - before).max(axis=2) > 20).sum() > 30


def test_pictures_have_the_size_that_was_asked_for(
    cameras: SimulatedCameras, robot: MujocoRobot
) -> None:
    robot.reset("critical", 12)
    assert cameras.names == ("wrist", "base", "cell")
    picture = cameras.grab("wrist", 64, 48, robot.snapshot())
    assert picture.shape == (48, 64, 3)
    assert picture.dtype == np.uint8


def test_an_unknown_camera_is_refused(cameras: SimulatedCameras, robot: MujocoRobot) -> None:
    robot.reset("critical", 12)
    with pytest.raises(ConfigError, match="choose one of: wrist, base, cell"):
        cameras.grab("ceiling", SIZE, SIZE, robot.snapshot())


def test_closed_cameras_say_so(robot: MujocoRobot) -> None:
    robot.reset("critical", 12)
    with pytest.raises(ConfigError, match="call open"):
        SimulatedCameras("ethernet").grab("base", SIZE, SIZE, robot.snapshot())
