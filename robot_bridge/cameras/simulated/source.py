"""Pictures of the simulated cell, made from snapshots alone.

The camera process shares no memory with the robot: both rebuild the same cell from task and seed.
"""

from dataclasses import dataclass

from robot_bridge.cameras.base import CameraSource, Pixels
from robot_bridge.errors import ConfigError
from robot_bridge.sim.render import PictureMaker, picture_maker
from robot_bridge.sim.snapshot import unpack
from robot_bridge.sim.stage import OVERVIEW, Looks, Stage
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.base import Task


def _names(task: Task) -> tuple[str, ...]:
    return (*(camera.name for camera in task.cameras), OVERVIEW.name)


@dataclass
class _Set:
    """One task's stage, and who draws it as the last snapshot had it."""

    stage: Stage
    maker: PictureMaker
    shown: bytes = b""


class SimulatedCameras(CameraSource):
    """All cameras of the simulated cell. A snapshot of another task changes the stage."""

    def __init__(self, task: str, looks: Looks = "primitives") -> None:
        """`looks` are those of the arm in the overview; the policy's cameras see none of it."""
        self._first, self._looks = task, looks
        self._set: _Set | None = None
        self.names = _names(task_named(task))

    def open(self) -> str:
        """Build the first task's stage and choose a renderer; the line says which."""
        return self._build(self._first).maker.description

    def _build(self, task: str) -> _Set:
        self.close()
        stage = Stage(task_named(task), self._looks)
        self._set = _Set(stage, picture_maker(stage.model, stage.groups))
        self.names = _names(stage.task)
        return self._set

    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        """Pose the cell as in the snapshot and look at it through a camera."""
        built = self._set
        if built is None:
            raise ConfigError("the cameras are not open; call open() first")
        if snapshot != built.shown:
            built = self._pose(built, snapshot)
        if camera not in self.names:
            raise ConfigError(f"no camera {camera!r} here; choose one of: {', '.join(self.names)}")
        stage = built.stage
        return built.maker.picture(stage.data, stage.model.camera(camera).id, width, height)

    def _pose(self, built: _Set, snapshot: bytes) -> _Set:
        moment = unpack(snapshot)
        if moment.task != built.stage.task.name:
            built = self._build(moment.task)
        built.stage.pose(moment.seed, moment.positions)
        built.shown = snapshot
        return built

    def close(self) -> None:
        """Release the renderer."""
        if self._set is not None:
            self._set.maker.close()
            self._set = None
