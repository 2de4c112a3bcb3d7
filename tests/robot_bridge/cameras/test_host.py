"""The camera process, as a process."""

import asyncio

import pytest
import simplejpeg

from robot_bridge.cameras import host as host_module
from robot_bridge.cameras.host import CameraHost
from robot_bridge.cameras.wire import Picture, Priority
from robot_bridge.errors import ConfigError
from robot_bridge.robots.fake.robot import FakeRobot

pytestmark = pytest.mark.asyncio

POLICY = (Picture("wrist", 96, 96, 95, True), Picture("base", 96, 96, 95, True))


def moment() -> bytes:
    robot = FakeRobot()
    robot.connect()
    robot.reset("critical", 3)
    return robot.snapshot()


async def answer(host: CameraHost, priority: Priority = Priority.POLICY) -> tuple[bytes, ...]:
    got: asyncio.Future[tuple[bytes, ...]] = asyncio.get_running_loop().create_future()
    host.order(priority, moment(), POLICY, got.set_result)
    async with asyncio.timeout(20):
        return await got


async def test_pictures_come_in_order_of_the_wish_and_in_full_colour() -> None:
    host = CameraHost("fake", "ethernet")
    await host.start()
    try:
        assert host.renderer == "drawn in numpy"
        jpegs = await answer(host)
        for jpeg in jpegs:
            height, width, _, subsampling = simplejpeg.decode_jpeg_header(jpeg)
            assert (height, width, subsampling) == (96, 96, "444")
        assert jpegs == await answer(host)
        assert jpegs[0] != jpegs[1]
    finally:
        await host.stop()


async def test_what_a_dead_camera_process_owes_comes_from_the_next_one() -> None:
    host = CameraHost("fake", "ethernet")
    await host.start()
    try:
        expected = await answer(host)
        assert host._child is not None
        first, generation = host._child.pid, host.generation
        host._child.kill()
        assert await answer(host, Priority.ANCHOR) == expected
        assert host._child.pid != first
        assert host.generation == generation + 1
    finally:
        await host.stop()


async def test_cameras_that_do_not_open_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_module, "START_LIMIT_S", 20.0)
    with pytest.raises(ConfigError, match="died while it opened"):
        await CameraHost("nothing", "ethernet").start()
