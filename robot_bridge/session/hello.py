"""What a bridge says of itself when it dials."""

from dataclasses import asdict
from uuid import UUID

from robot_bridge import __version__
from robot_bridge.protocol.messages import PROTOCOL_VERSION, Camera, Hello, Lens
from robot_bridge.robots.base import CameraSpec, RobotSpec


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
    cameras = tuple(_camera(camera) for camera in (*spec.cameras, *spec.views))
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


def _camera(camera: CameraSpec) -> Camera:
    return Camera(
        name=camera.name,
        title=camera.title,
        policy_size=camera.policy_size,
        lens=Lens(**asdict(camera.lens)) if camera.lens is not None else None,
    )
