"""The cell as cameras see it: the model of the physics and, around it, what is for the eye alone.

A camera process builds this model and never steps it. What is added here, scenery or another look
of the arm, cannot touch the physics, and only the overview, which no policy has, draws it.
"""

from typing import Literal, get_args

import mujoco

from robot_bridge.robots.base import CameraSpec
from robot_bridge.sim import arm, panda, scenery
from robot_bridge.sim.poses import Vector
from robot_bridge.sim.render import USUAL_GROUPS
from robot_bridge.sim.tasks.base import Task
from robot_bridge.sim.views import add_view, standing_lens
from robot_bridge.sim.world import cell_specification

Looks = Literal["primitives", "panda"]
LOOKS: tuple[Looks, ...] = get_args(Looks)
_GAZE, _PLACE, _FOVY = (0.30, 0.06, 0.22), (1.35, -50, 22), 44
OVERVIEW = CameraSpec(
    name="cell", policy_size=0, title="Cell", lens=standing_lens(_GAZE, _PLACE, _FOVY)
)
"""The whole cell, for people."""


class Stage:
    """One task's cell, posed for pictures and never stepped."""

    def __init__(self, task: Task, looks: Looks) -> None:
        """Raises ConfigError when the meshes of these looks are not installed."""
        spec = cell_specification(task.name).copy()
        add_view(spec.worldbody, OVERVIEW.name, _GAZE, _PLACE, _FOVY)
        scenery.furnish(spec, task.name)
        if looks == "panda":
            panda.add_panda(spec)
        self.task = task
        self.model = spec.compile()
        self.data = mujoco.MjData(self.model)
        self._follower = panda.PandaFollower(self.model, self.data) if looks == "panda" else None
        self._seed: int | None = None
        self.groups = {self.model.camera(OVERVIEW.name).id: _shown(looks)}
        """What the overview draws instead of the usual groups of shapes."""

    def pose(self, seed: int, positions: Vector) -> None:
        """Lay out an episode's cell and bring its joints to where the physics has them."""
        if seed != self._seed:
            self.task.vary(self.model, seed)
            self._seed = seed
        model, data = self.model, self.data
        data.qpos[: len(positions)] = positions
        mujoco.mj_kinematics(model, data)
        if self._follower is not None:
            self._follower.follow()
        mujoco.mj_comPos(model, data)
        mujoco.mj_camlight(model, data)


def _shown(looks: Looks) -> set[int]:
    usual = {*USUAL_GROUPS, scenery.GROUP}
    return usual - {arm.GROUP} | {panda.GROUP} if looks == "panda" else usual
