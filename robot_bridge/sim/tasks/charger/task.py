"""The charger task as the cell sees it: the parts of this folder put together."""

from typing import Any, ClassVar

import numpy as np

from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.parts import add_mat
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.base import Demonstrator, Judge, Task
from robot_bridge.sim.tasks.charger import builder, resets, shape
from robot_bridge.sim.tasks.charger.demonstrator import ChargerDemonstrator
from robot_bridge.sim.tasks.charger.resets import RANGES
from robot_bridge.sim.tasks.charger.success import ChargerJudge
from robot_bridge.sim.tasks.layout import layout


class ChargerTask(Task):
    """Push the two prongs of a charger into a socket that the charger itself hides."""

    name = "charger"
    title = "Charger"
    instruction = "Plug the charger into the socket."
    cameras = (
        CameraSpec(name="wrist", policy_size=96, title="Wrist"),
        CameraSpec(name="base", policy_size=96, title="Base"),
    )
    max_steps: ClassVar[dict[str, int]] = {"critical": 500, "full": 1000}
    reset_seconds: ClassVar[dict[str, float]] = {"critical": 6.0, "full": 9.0}
    grip = Grip(width=shape.BODY_Y, tool=builder.TOOL_LENGTH, fingers=0.098, cable=0.6)

    def build(self, spec: Any, hand: Any, held: Any) -> None:
        """Charger in the hand, socket and mat on the table, two cameras."""
        builder.add_charger(held)
        builder.add_socket(spec)
        add_mat(spec)
        builder.add_cameras(spec, hand)

    def vary(self, model: Any, seed: int) -> None:
        """Socket pose, friction, colours and light of one episode."""
        resets.vary(model, seed)

    def goal(self, seed: int) -> Pose:
        """The middle of the socket's face, between the slots."""
        return layout(seed, RANGES).goal

    def start(self, seed: int, regime: Regime) -> Pose:
        """The point between the tips of the prongs at the beginning."""
        return layout(seed, RANGES).start(regime)

    def judge(self, regime: Regime) -> Judge:
        """Success is depth on the axis, held; see `success.py`."""
        return ChargerJudge(regime)

    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        """A careful person with imperfect eyes, or with worse ones."""
        return ChargerDemonstrator(rng, blur)
