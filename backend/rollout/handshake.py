"""May this bridge have a policy session? Pure checks, each with advice."""

from dataclasses import dataclass
from uuid import UUID

from backend.rollout.assembler import Layout
from backend.vla.base import VlaSpec
from robot_bridge.protocol.messages import PROTOCOL_VERSION, Hello, Refused


@dataclass(frozen=True, kw_only=True)
class RobotIdentity:
    """Who a bearer token belongs to."""

    id: UUID
    name: str


def refuse_greeting(hello: Hello, robot: RobotIdentity) -> Refused | None:
    """Wrong door, wrong version, wrong robot."""
    if PROTOCOL_VERSION not in hello.versions:
        return Refused(
            reason=f"The bridge speaks protocol versions {list(hello.versions)}.",
            advice=f"Install a bridge that speaks version {PROTOCOL_VERSION}.",
        )
    if hello.session != "policy":
        return Refused(
            reason=f"This is the policy address, but a {hello.session} session was asked for.",
            advice="Point the bridge's control address at the web process, not here.",
        )
    if hello.robot != robot.name:
        return Refused(
            reason=f"The token belongs to robot {robot.name!r}, the bridge says {hello.robot!r}.",
            advice="Use the token that was made for this robot, or correct the robot's name.",
        )
    return None


def refuse_robot(hello: Hello, spec: VlaSpec) -> Refused | None:
    """The frozen models must have been made for this task, robot and rate."""
    if hello.task not in spec.tasks:
        return Refused(
            reason=f"The VLA was trained for {', '.join(spec.tasks)}, not for {hello.task!r}.",
            advice="Train a VLA for this task (`rlt vla`), or set RLT_VLA to one that knows it.",
        )
    sizes = {camera.name: camera.policy_size for camera in hello.cameras}
    pairs = (
        ("actions", spec.action_names, hello.action_names),
        ("state components", spec.state_names, hello.state_names),
        ("cameras", spec.cameras, tuple(c for c in spec.cameras if c in sizes)),
        ("control rate", spec.control_hz, hello.control_hz),
        ("image size", {spec.image_size}, {sizes.get(c) for c in spec.cameras}),
    )
    for what, wanted, given in pairs:
        if wanted != given:
            return Refused(
                reason=f"The VLA's {what} are {_words(wanted)}, the robot's {_words(given)}.",
                advice="Configure the robot as the VLA was trained, or use a VLA trained for it.",
            )
    return None


def layout_of(hello: Hello) -> Layout:
    """How this robot's vectors and pictures are to be read."""
    return Layout(
        robot=hello.robot,
        control_hz=hello.control_hz,
        action_names=hello.action_names,
        state_names=hello.state_names,
        cameras=tuple(camera.name for camera in hello.cameras if camera.policy_size),
    )


def _words(value: object) -> str:
    if isinstance(value, tuple | set):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
