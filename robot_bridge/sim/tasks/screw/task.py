"""The screw task as the cell sees it: the parts of this folder put together."""

from typing import Any, ClassVar

import numpy as np

from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.parts import add_mat
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.base import Demonstrator, Judge, Mechanism, Task
from robot_bridge.sim.tasks.layout import layout
from robot_bridge.sim.tasks.screw import builder, resets, shape
from robot_bridge.sim.tasks.screw.demonstrator import ScrewDemonstrator
from robot_bridge.sim.tasks.screw.mechanism import ScrewMechanism
from robot_bridge.sim.tasks.screw.resets import RANGES
from robot_bridge.sim.tasks.screw.success import ScrewJudge


class ScrewTask(Task):
    """Seat the bit of a powered driver in the recess of a loose screw and drive it home."""

    name = "screw"
    title = "Screw"
    instruction = "Drive the screw into the threaded hole."
    cameras = (
        CameraSpec(name="wrist", policy_size=96, title="Wrist"),
        CameraSpec(name="base", policy_size=96, title="Base"),
    )
    max_steps: ClassVar[dict[str, int]] = {"critical": 600, "full": 1100}
    reset_seconds: ClassVar[dict[str, float]] = {"critical": 6.0, "full": 9.0}
    grip = Grip(width=2 * builder.HANDLE_RADIUS, tool=shape.TOOL_LENGTH, is_round=True)

    def build(self, spec: Any, hand: Any, held: Any) -> None:
        """Driver in the hand, block and mat on the table, two cameras."""
        builder.add_driver(spec, held)
        builder.add_block(spec)
        add_mat(spec)
        builder.add_cameras(spec, hand)

    def vary(self, model: Any, seed: int) -> None:
        """Block pose, friction, colours and light of one episode."""
        resets.vary(model, seed)

    def goal(self, seed: int) -> Pose:
        """The top of the screw's head as it stands at the beginning, upright."""
        return layout(seed, RANGES).goal

    def start(self, seed: int, regime: Regime) -> Pose:
        """The tip of the bit at the beginning."""
        return layout(seed, RANGES).start(regime)

    def mechanism(self, model: Any, data: Any) -> Mechanism:
        """Powered spindle and thread."""
        return ScrewMechanism(model, data)

    def judge(self, regime: Regime) -> Judge:
        """Success is the head home, by turns, held; see `success.py`."""
        return ScrewJudge(regime)

    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        """A careful person with imperfect eyes, or with worse ones."""
        return ScrewDemonstrator(rng, blur)
