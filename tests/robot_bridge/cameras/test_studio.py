"""Cameras for people alone: seen live, kept from the policy and from the record."""

from typing import cast
from uuid import uuid4

from robot_bridge.cameras.host import CameraHost, Use
from robot_bridge.cameras.studio import Studio
from robot_bridge.cameras.wire import Picture, Priority
from robot_bridge.control.clock import SystemClock
from robot_bridge.control.ports import FrameWish, ImageWish
from robot_bridge.protocol.messages import Stream
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.session.hello import hello

SPEC = MujocoRobot().spec


class Orders:
    """Writes down what is asked of the camera process."""

    generation = 0

    def __init__(self) -> None:
        self.asked: dict[Priority, list[str]] = {}

    def order(
        self, priority: Priority, _snapshot: bytes, pictures: tuple[Picture, ...], _use: Use
    ) -> None:
        self.asked[priority] = [picture.camera for picture in pictures]


def test_the_policy_and_the_record_never_get_a_view_for_people() -> None:
    orders = Orders()
    studio = Studio(
        cast("CameraHost", orders),
        SPEC.cameras,
        SystemClock(),
        views=SPEC.views,
        on_images=lambda *_: None,
        on_frame=lambda *_: None,
        on_video=lambda *_: None,
    )
    wished = [Stream(camera=name, width=320, height=240, fps=5) for name in ("cell", "ceiling")]
    studio.watch(tuple(wished))
    assert [stream.camera for stream in studio.due(0)] == ["cell"]
    studio.film(studio.due(0), b"", 0)
    studio.want_images(ImageWish(id=1, snapshot=b"", urgent=True))
    studio.want_frames(FrameWish(episode_id=uuid4(), step=0, snapshot=b""))
    assert orders.asked == {
        Priority.VIDEO: ["cell"],
        Priority.POLICY: ["wrist", "base"],
        Priority.KEPT: ["wrist", "base"],
    }


def test_the_bridge_tells_of_its_views_with_no_policy_size() -> None:
    said = hello(
        SPEC, session="control", robot="r1", boot_id=uuid4(), tasks=("ethernet",), renderer=""
    )
    assert {camera.name: camera.policy_size for camera in said.cameras} == {
        "wrist": 96,
        "base": 96,
        "cell": 0,
    }
