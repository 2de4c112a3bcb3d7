"""Rigid poses in plain numpy, over MuJoCo's quaternion routines.

Quaternions are `w, x, y, z`. Rotation vectors are axis times angle, in radians.
"""

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def quaternion(rotation_vector: Vector) -> Vector:
    """The unit quaternion of a rotation vector."""
    angle = float(np.sqrt(rotation_vector @ rotation_vector))
    result = np.array([1.0, 0.0, 0.0, 0.0])
    if angle > 0.0:
        mujoco.mju_axisAngle2Quat(result, rotation_vector / angle, angle)
    return result


def rotation_vector(quat: Vector) -> Vector:
    """The rotation vector, shorter than pi, of a unit quaternion."""
    result = np.zeros(3)
    mujoco.mju_quat2Vel(result, quat, 1.0)
    return result


def multiply(first: Vector, second: Vector) -> Vector:
    """Quaternion product: rotate by `second`, then by `first`."""
    result = np.zeros(4)
    mujoco.mju_mulQuat(result, first, second)
    return result


def conjugate(quat: Vector) -> Vector:
    """The opposite rotation."""
    return np.array([quat[0], -quat[1], -quat[2], -quat[3]])


def rotate(quat: Vector, vector: Vector) -> Vector:
    """A vector turned by a quaternion."""
    result = np.zeros(3)
    mujoco.mju_rotVecQuat(result, vector, quat)
    return result


@dataclass(frozen=True)
class Pose:
    """A frame placed in the base frame of the robot."""

    position: Vector
    quat: Vector

    @classmethod
    def of(cls, position: Vector, turn: Vector) -> "Pose":
        """A pose from a position and a rotation vector."""
        return cls(np.asarray(position, dtype=np.float64), quaternion(np.asarray(turn, float)))

    def relative_to(self, frame: "Pose") -> Vector:
        """This pose seen from another frame: x, y, z and rotation vector, shape [6]."""
        back = conjugate(frame.quat)
        moved = rotate(back, self.position - frame.position)
        return np.concatenate([moved, rotation_vector(multiply(back, self.quat))])

    def minus(self, other: "Pose") -> Vector:
        """Displacement from `other` to this pose in base axes: translation, rotation vector."""
        turn = rotation_vector(multiply(self.quat, conjugate(other.quat)))
        return np.concatenate([self.position - other.position, turn])

    def moved(self, displacement: Vector) -> "Pose":
        """This pose after a displacement in base axes, the inverse of `minus`."""
        turn = quaternion(np.ascontiguousarray(displacement[3:]))
        return Pose(self.position + displacement[:3], multiply(turn, self.quat))
