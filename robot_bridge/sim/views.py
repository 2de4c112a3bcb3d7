"""Where cameras stand."""

from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.poses import Vector


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
