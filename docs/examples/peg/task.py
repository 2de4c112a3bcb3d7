"""The parts of this folder put together."""

from typing import Any, ClassVar

import numpy as np

from robot_bridge.robots.base import CameraSpec, Regime
from robot_bridge.sim.grip import Grip
from robot_bridge.sim.parts import add_mat
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks.base import Demonstrator, Judge, Task
from robot_bridge.sim.tasks.layout import layout

from . import builder, resets
from .demonstrator import PegDemonstrator
from .success import PegJudge


class PegTask(Task):
    """Put the round peg into the round hole."""

    name = "peg"
    title = "Peg"
    instruction = "Put the peg into the hole."
    cameras = (
        CameraSpec(name="wrist", policy_size=96, title="Wrist"),
        CameraSpec(name="base", policy_size=96, title="Base"),
    )
    max_steps: ClassVar[dict[str, int]] = {"critical": 400, "full": 900}
    reset_seconds: ClassVar[dict[str, float]] = {"critical": 6.0, "full": 9.0}
    grip = Grip(width=2 * builder.PEG_RADIUS, is_round=True)

    def build(self, spec: Any, hand: Any, held: Any) -> None:
        builder.add_peg(held)
        builder.add_block(spec)
        add_mat(spec)
        builder.add_cameras(spec, hand)

    def vary(self, model: Any, seed: int) -> None:
        resets.vary(model, seed)

    def goal(self, seed: int) -> Pose:
        return layout(seed, resets.RANGES).goal

    def start(self, seed: int, regime: Regime) -> Pose:
        return layout(seed, resets.RANGES).start(regime)

    def judge(self, regime: Regime) -> Judge:
        return PegJudge(regime)

    def demonstrator(self, rng: np.random.Generator, blur: float = 1.0) -> Demonstrator:
        return PegDemonstrator(rng, blur)
