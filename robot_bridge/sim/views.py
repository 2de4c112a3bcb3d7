"""Where cameras stand."""

from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np

from robot_bridge.robots.base import Lens
from robot_bridge.sim.poses import Pose, Vector, conjugate, multiply, rotate


def look_at(eye: Any, centre: Any) -> list[float]:
    """Quaternion of a camera at `eye` that looks at `centre` with z up in the picture."""
    back = np.asarray(eye, float) - np.asarray(centre, float)
    back /= np.linalg.norm(back)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, np.column_stack([right, np.cross(back, right), back]).ravel())
    return [float(value) for value in quat]


def around(centre: Any, distance: float, azimuth: float, elevation: float) -> Vector:
    """The point at a distance from a centre; angles in degrees, from x and from level."""
    az, el = np.radians([azimuth, elevation])
    way = np.array([np.cos(el) * np.cos(az), np.cos(el) * np.sin(az), np.sin(el)])
    return np.asarray(np.asarray(centre, float) + distance * way)


def add_view(body: Any, name: str, gaze: Any, place: Sequence[float], fovy: float) -> None:
    """A camera that looks at `gaze` from (distance, azimuth, elevation) around it."""
    eye = around(gaze, *place)
    body.add_camera(name=name, pos=eye, quat=look_at(eye, gaze), fovy=fovy)


def lens_of(model: Any, name: str) -> Lens:
    """Where a camera of a compiled model is: in the tool's frame if it rides on the hand."""
    camera, tcp = model.camera(name), model.site("tcp")
    seen = Pose(np.array(camera.pos, float), np.array(camera.quat, float))
    on_tool = int(camera.bodyid[0]) == int(model.site_bodyid[tcp.id])
    if on_tool:
        back = conjugate(np.array(tcp.quat, float))
        seen = Pose(rotate(back, seen.position - tcp.pos), multiply(back, seen.quat))
    return _lens(seen, float(camera.fovy[0]), on_tool=on_tool)


def standing_lens(gaze: Any, place: Sequence[float], fovy: float) -> Lens:
    """The lens of a camera that `add_view` puts into the world, whose frame is the robot's base."""
    eye = around(gaze, *place)
    return _lens(Pose(eye, np.array(look_at(eye, gaze))), fovy, on_tool=False)


def _lens(seen: Pose, fovy: float, *, on_tool: bool) -> Lens:
    x, y, z = (float(value) for value in seen.position)
    turn = tuple(float(value) for value in seen.quat)
    return Lens(
        on_tool=on_tool,
        position=(x, y, z),
        turn=(turn[0], turn[1], turn[2], turn[3]),
        fovy=float(np.radians(fovy)),
    )
