"""A Franka Panda of meshes instead of the arm of primitives, in the picture of the whole cell.

The meshes come with a Python package that `make panda` installs; nothing of it is copied here and
none of its code runs. The Panda has seven joints and longer links than our arm, so its links cannot
be dressed onto ours: it stands on the same spot, carries our gripper, and for each picture its
joints are solved so that its flange is where our arm's is. Physics and policies know nothing of it.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mujoco
import numpy as np

from robot_bridge.errors import ConfigError
from robot_bridge.sim.poses import Pose, Vector, multiply

PACKAGE = "gym_hil"
GROUP = 3
LINKS = 8
_NOMINAL = np.array([0.0, -0.2, 0.0, -2.4, 0.0, 2.2, 0.785])
"""From here the joints are solved, so that a picture depends on its moment alone, radians."""
_FLANGE = np.array([0.0, 0.0, 0.107])
"""The Panda's flange in its last link."""
_FACING = np.array([0.0, np.cos(np.pi / 8), -np.sin(np.pi / 8), 0.0])
"""From our hand, which points up at rest, to the Panda's last link, which points down."""
_ROUNDS, _CLOSE, _DAMPING, _LONGEST = 15, 1e-4, 1e-5, 0.4


def _model_file() -> Path:
    found = find_spec(PACKAGE)
    path = Path(found.origin).parent / "assets" / "panda.xml" if found and found.origin else None
    if path is None or not path.is_file():
        raise ConfigError("the Panda's meshes are not installed: run `make panda`, then try again")
    return path


def add_panda(spec: Any) -> None:
    """Stand the Panda's links where our arm stands. Raises ConfigError without the package."""
    path = _model_file()
    source = mujoco.MjSpec.from_file(str(path))
    body = spec.worldbody
    for number in range(LINKS):
        link = source.body(f"link{number}")
        body = body.add_body(name=f"panda{number}", pos=link.pos, quat=link.quat)
        if number:
            # Never stepped; MuJoCo wants something that moves to weigh something.
            body.mass, body.inertia, body.explicitinertial = 1.0, [1.0] * 3, True
            limits = source.joint(f"joint{number}").range
            body.add_joint(name=f"panda{number}", axis=[0, 0, 1], range=limits, limited=True)
        for shape in link.geoms:
            if shape.classname.name == "panda/visual":
                _add_shape(spec, body, source, shape, path.parent)


def _add_shape(spec: Any, body: Any, source: Any, shape: Any, folder: Path) -> None:
    name = f"panda/{shape.meshname}"
    file = folder / source.mesh(shape.meshname).file
    # Open surfaces have no volume that could be weighed.
    spec.add_mesh(name=name, file=str(file), inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL)
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_MESH,
        meshname=name,
        rgba=source.material(shape.material).rgba,
        group=GROUP,
        contype=0,
        conaffinity=0,
        mass=0.0,
    )


class PandaFollower:
    """Keeps the Panda's flange where our arm's is."""

    def __init__(self, model: Any, data: Any) -> None:
        joints = [model.joint(f"panda{number}") for number in range(1, LINKS)]
        self._model, self._data = model, data
        self._places = [int(joint.qposadr[0]) for joint in joints]
        self._dofs = [int(joint.dofadr[0]) for joint in joints]
        self._limits = np.array([joint.range for joint in joints]).T
        self._ours, self._last = model.body("hand").id, model.body(f"panda{LINKS - 1}").id
        self._jacobian = np.zeros((6, model.nv))

    def follow(self) -> None:
        """Solve the Panda's joints for the present pose of our hand; damped Gauss-Newton."""
        model, data = self._model, self._data
        data.qpos[self._places] = _NOMINAL
        for _ in range(_ROUNDS):
            mujoco.mj_kinematics(model, data)
            mujoco.mj_comPos(model, data)
            error = self.error()
            if float(np.abs(error).max()) < _CLOSE:
                return
            flange = self._flange().position
            mujoco.mj_jac(model, data, self._jacobian[:3], self._jacobian[3:], flange, self._last)
            way = self._jacobian[:, self._dofs]
            step = way.T @ np.linalg.solve(way @ way.T + _DAMPING * np.eye(6), error)
            bent = data.qpos[self._places] + np.clip(step, -_LONGEST, _LONGEST)
            data.qpos[self._places] = np.clip(bent, *self._limits)

    def _flange(self) -> Pose:
        data = self._data
        turn = data.xmat[self._last].reshape(3, 3)
        return Pose(data.xpos[self._last] + turn @ _FLANGE, data.xquat[self._last])

    def error(self) -> Vector:
        """Displacement from the Panda's flange to ours, metres and radians, shape [6]."""
        hand = Pose(self._data.xpos[self._ours], multiply(self._data.xquat[self._ours], _FACING))
        return hand.minus(self._flange())
