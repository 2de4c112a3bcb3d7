"""Pictures of the simulated cell, made from snapshots alone.

The camera process shares no memory with the robot: both rebuild the same cell from task and seed.
"""

from dataclasses import dataclass
from typing import Any

import mujoco

from robot_bridge.cameras.base import CameraSource, Pixels
from robot_bridge.errors import ConfigError
from robot_bridge.sim.render import PictureMaker, picture_maker
from robot_bridge.sim.snapshot import unpack
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Task
from robot_bridge.sim.world import compile_model


@dataclass
class _Stage:
    """One task's model, posed by the last snapshot."""

    task: Task
    model: Any
    data: Any
    maker: PictureMaker
    seed: int | None = None
    shown: bytes = b""


class SimulatedCameras(CameraSource):
    """All cameras of the simulated cell. A snapshot of another task changes the stage."""

    def __init__(self, task: str) -> None:
        self._first = task
        self._stage: _Stage | None = None
        self.names = tuple(camera.name for camera in task_named(task).cameras)

    def open(self) -> str:
        """Build the first task's model and choose a renderer; the line says which."""
        return self._set_stage(self._first).maker.description

    def _set_stage(self, name: str) -> _Stage:
        self.close()
        model = compile_model(name)
        task = task_named(name)
        self._stage = _Stage(task, model, mujoco.MjData(model), picture_maker(model))
        self.names = tuple(camera.name for camera in task.cameras)
        return self._stage

    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        """Pose the cell as in the snapshot and look at it through a camera."""
        stage = self._stage
        if stage is None:
            raise ConfigError("the cameras are not open; call open() first")
        if snapshot != stage.shown:
            stage = self._pose(stage, snapshot)
        if camera not in self.names:
            raise ConfigError(f"no camera {camera!r} here; choose one of: {', '.join(self.names)}")
        return stage.maker.picture(stage.data, stage.model.camera(camera).id, width, height)

    def _pose(self, stage: _Stage, snapshot: bytes) -> _Stage:
        moment = unpack(snapshot)
        if moment.task != stage.task.name:
            stage = self._set_stage(moment.task)
        if moment.seed != stage.seed:
            stage.task.vary(stage.model, moment.seed)
            stage.seed = moment.seed
        stage.data.qpos[:] = moment.positions
        mujoco.mj_kinematics(stage.model, stage.data)
        mujoco.mj_comPos(stage.model, stage.data)
        mujoco.mj_camlight(stage.model, stage.data)
        stage.shown = snapshot
        return stage

    def close(self) -> None:
        """Release the renderer."""
        if self._stage is not None:
            self._stage.maker.close()
            self._stage = None
