"""The Ethernet task as the cell sees it: the parts of this folder put together."""

from typing import Any, ClassVar

import numpy as np

from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.parts import add_mat
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.base import Demonstrator, Judge, Task
from robot_bridge.sim.tasks.ethernet import builder, resets, shape
from robot_bridge.sim.tasks.ethernet.demonstrator import EthernetDemonstrator
from robot_bridge.sim.tasks.ethernet.resets import RANGES
from robot_bridge.sim.tasks.ethernet.success import EthernetJudge
from robot_bridge.sim.tasks.layout import layout


class EthernetTask(Task):
    """Insert the plug that the gripper holds into the jack on the table."""

    name = "ethernet"
    title = "Ethernet"
    instruction = "Plug the Ethernet cable into the jack."
    cameras = (
        CameraSpec(name="wrist", policy_size=96, title="Wrist"),
        CameraSpec(name="base", policy_size=96, title="Base"),
    )
    max_steps: ClassVar[dict[str, int]] = {"critical": 400, "full": 900}
    reset_seconds: ClassVar[dict[str, float]] = {"critical": 6.0, "full": 9.0}
    grip = Grip(width=shape.PLUG_Y, cable=0.6)

    def build(self, spec: Any, hand: Any, held: Any) -> None:
        """Plug in the hand, jack and mat on the table, two cameras."""
        builder.add_plug(held)
        builder.add_jack(spec)
        add_mat(spec)
        builder.add_cameras(spec, hand)

    def vary(self, model: Any, seed: int) -> None:
        """Jack pose, friction, colours and light of one episode."""
        resets.vary(model, seed)

    def goal(self, seed: int) -> Pose:
        """The jack's mouth."""
        return layout(seed, RANGES).goal

    def start(self, seed: int, regime: Regime) -> Pose:
        """The tip of the plug at the beginning."""
        return layout(seed, RANGES).start(regime)

    def judge(self, regime: Regime) -> Judge:
        """Success is depth on the axis, held; see `success.py`."""
        return EthernetJudge(regime)

    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        """A careful person with imperfect eyes, or with worse ones."""
        return EthernetDemonstrator(rng, blur)
