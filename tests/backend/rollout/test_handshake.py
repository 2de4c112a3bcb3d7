from typing import Any
from uuid import uuid4

import pytest

from backend.rollout.handshake import RobotIdentity, layout_of, refuse_greeting, refuse_robot
from robot_bridge.protocol.messages import Camera
from tests.fixtures.attempt import hello
from tests.fixtures.frozen import tiny_frozen

ROBOT = RobotIdentity(id=uuid4(), name="cell-a")
SPEC = tiny_frozen().vla.spec


def test_a_fitting_robot_is_welcome() -> None:
    assert refuse_greeting(hello(), ROBOT) is None
    assert refuse_robot(hello(), SPEC) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"versions": (2, 3)}, "version 1"),
        ({"session": "control"}, "web process"),
        ({"robot": "cell-b"}, "token"),
    ],
)
def test_wrong_doors_get_advice(changes: dict[str, Any], words: str) -> None:
    refused = refuse_greeting(hello(**changes), ROBOT)
    assert refused is not None
    assert words in refused.advice


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"task": "screw"}, "screw"),
        ({"action_names": ("dx",)}, "actions are dx, dy, the robot's dx"),
        ({"state_names": ("x", "force", "y")}, "state components"),
        ({"control_hz": 20}, "control rate are 50, the robot's 20"),
        ({"cameras": ()}, "cameras are wrist, the robot's none"),
        ({"cameras": (Camera(name="wrist", policy_size=64),)}, "image size are 8, the robot's 64"),
    ],
)
def test_another_robot_is_refused(changes: dict[str, Any], words: str) -> None:
    refused = refuse_robot(hello(**changes), SPEC)
    assert refused is not None
    assert words in refused.reason


def test_cameras_for_people_alone_are_not_recorded() -> None:
    cameras = (Camera(name="wrist", policy_size=8), Camera(name="cell", policy_size=0))
    assert layout_of(hello(cameras=cameras)).cameras == ("wrist",)
    assert refuse_robot(hello(cameras=cameras), SPEC) is None


def test_further_cameras_do_no_harm() -> None:
    cameras = (Camera(name="side", policy_size=200), Camera(name="wrist", policy_size=8))
    assert refuse_robot(hello(cameras=cameras), SPEC) is None
