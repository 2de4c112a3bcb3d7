"""What a bridge says of itself when it dials."""

from uuid import UUID

from robot_bridge import __version__
from robot_bridge.protocol.messages import PROTOCOL_VERSION, Camera, Hello
from robot_bridge.robots.base import RobotSpec


def hello(
    spec: RobotSpec,
    *,
    session: str,
    robot: str,
    boot_id: UUID,
    tasks: tuple[str, ...],
    renderer: str,
) -> Hello:
    """The first message of a session."""
    cameras = tuple(
        Camera(name=camera.name, title=camera.title, policy_size=camera.policy_size)
        for camera in (*spec.cameras, *spec.views)
    )
    return Hello(
        versions=(PROTOCOL_VERSION,),
        session=session,
        robot=robot,
        bridge_version=__version__,
        boot_id=boot_id,
        task=spec.task,
        instruction=spec.instruction,
        tasks=tasks,
        control_hz=spec.control_hz,
        action_names=spec.action_names,
        action_limit=spec.action_limit,
        action_rate_limit=spec.action_rate_limit,
        state_names=spec.state_names,
        cameras=cameras,
        max_steps=dict(spec.max_steps),
        simulated=spec.simulated,
        renderer=renderer,
    )
