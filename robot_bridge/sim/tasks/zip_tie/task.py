"""The zip-tie task as the cell sees it: the parts of this folder put together."""

from typing import Any, ClassVar

import numpy as np

from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.parts import add_mat
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.base import Demonstrator, Judge, Mechanism, Task
from robot_bridge.sim.tasks.layout import layout
from robot_bridge.sim.tasks.zip_tie import builder, resets, shape
from robot_bridge.sim.tasks.zip_tie.demonstrator import ZipTieDemonstrator
from robot_bridge.sim.tasks.zip_tie.mechanism import StrapMechanism
from robot_bridge.sim.tasks.zip_tie.resets import RANGES
from robot_bridge.sim.tasks.zip_tie.success import ZipTieJudge


class ZipTieTask(Task):
    """Thread the tail of a zip tie through its head and let the ratchet take hold."""

    name = "zip_tie"
    title = "Zip tie"
    instruction = "Thread the zip tie through its head and pull it against the ratchet."
    cameras = (
        CameraSpec(name="wrist", policy_size=96, title="Wrist"),
        CameraSpec(name="base", policy_size=96, title="Base"),
    )
    max_steps: ClassVar[dict[str, int]] = {"critical": 600, "full": 1100}
    reset_seconds: ClassVar[dict[str, float]] = {"critical": 6.0, "full": 9.0}
    # In 2 ms a flung strap would be half its thickness inside a wall before the wall stops it.
    substeps = 20
    grip = Grip(width=shape.STRAP_Y, tool=shape.TOOL_LENGTH)

    def build(self, spec: Any, hand: Any, held: Any) -> None:
        """Strap in the hand, head on its stand and mat on the table, two cameras."""
        builder.add_strap(held)
        builder.add_head(spec)
        add_mat(spec)
        builder.add_cameras(spec, hand)

    def vary(self, model: Any, seed: int) -> None:
        """Pose of the head, friction, colours and light of one episode."""
        resets.vary(model, seed)

    def goal(self, seed: int) -> Pose:
        """The mouth of the slot."""
        return layout(seed, RANGES).goal

    def start(self, seed: int, regime: Regime) -> Pose:
        """Where the end of a straight strap would be at the beginning."""
        return layout(seed, RANGES).start(regime)

    def mechanism(self, model: Any, data: Any) -> Mechanism:
        """The strap's memory and its teeth."""
        return StrapMechanism(model, data)

    def judge(self, regime: Regime) -> Judge:
        """Success is a strap that its ratchet holds; see `success.py`."""
        return ZipTieJudge(regime)

    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        """A careful person with imperfect eyes, or with worse ones."""
        return ZipTieDemonstrator(rng, blur)
