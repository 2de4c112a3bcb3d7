"""Somebody who watches an episode and knows nothing of judges.

A witness reads MuJoCo's shapes, poses and contacts. It shares no code with the tasks' `success.py`,
no threshold and no notion of depth or turns: what it measures, it measures from the shapes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import mujoco
import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.sim.world import World

HARDEST = 24.0
"""Newtons that a whole fixture stands for a tenth of a second."""
LONG = 5
"""Control steps that a thing must rest where it belongs, and that a force must last to break it."""
SLACK = 0.0001
"""Metres that a corner may stand over the edge of its opening: contacts are a little soft."""


class Witness(ABC):
    """One episode after another of one world."""

    deepest_allowed: ClassVar[float] = 0.0004
    """Metres by which two bodies may overlap for a moment: contacts give way by about 0.3 mm where
    the arm hits something at its top speed, far less than any wall is thick."""
    resting_allowed: ClassVar[float] = 0.0002
    """The same while the thing is at home: little more than the play of the finest fit."""

    def __init__(self, world: World) -> None:
        self.world, self.model, self.data = world, world.model, world.data
        self._in_hand = np.array([self._is_held(geom) for geom in range(self.model.ngeom)])
        self.begin()

    def _is_held(self, geom: int) -> bool:
        """Whether a shape hangs on the arm's hand."""
        body, hand = int(self.model.geom_bodyid[geom]), self.model.body("hand").id
        while body not in (0, hand):
            body = int(self.model.body_parentid[body])
        return bool(body == hand)

    def begin(self) -> None:
        """Forget the last episode; called after a reset."""
        self.step = -1
        self.at_home = 0
        """Control steps in a row that the thing has been where it belongs."""
        self.deepest = 0.0
        self._overlaps = [0.0]
        """Deepest overlap in each control step."""
        self.peak_force = 0.0
        self._strained = 0
        self._broken = False
        self._stray: str | None = None

    def see(self) -> None:
        """Look at the world after the reset, and after each control step."""
        self.step += 1
        if self.step == 0:
            self.start()
        force = self._force()
        self.peak_force = max(self.peak_force, force)
        self._strained = self._strained + 1 if force > HARDEST else 0
        self._broken = self._broken or self._strained >= LONG
        if self.above():
            self._stray = None
        elif self._stray is None and (astray := self.astray()) is not None:
            self._stray = f"step {self.step}: {astray}"
        self.at_home = self.at_home + 1 if self.missing() is None else 0
        self._overlaps.append(0.0)

    @contextmanager
    def looking_closely(self) -> Iterator[None]:
        """While this is entered, contacts are measured at every physics step."""
        watch: Callable[[Any, Any], None] = lambda _model, data: self._measure(data)  # noqa: E731
        mujoco.set_mjcb_control(watch)
        try:
            yield
        finally:
            mujoco.set_mjcb_control(None)

    def _measure(self, data: Any) -> None:
        if data.ncon == 0:
            return
        held = self._in_hand[data.contact.geom]
        touching = held[:, 0] != held[:, 1]
        if touching.any():
            overlap = -float(data.contact.dist[touching].min())
            self.deepest = max(self.deepest, overlap)
            self._overlaps[-1] = max(self._overlaps[-1], overlap)

    def _force(self) -> float:
        """Size of the sum of all contact forces between hand and world."""
        total, wrench = np.zeros(3), np.zeros(6)
        for number in range(self.data.ncon):
            contact = self.data.contact[number]
            first, second = (bool(self._in_hand[geom]) for geom in contact.geom)
            if first != second:
                mujoco.mj_contactForce(self.model, self.data, number, wrench)
                push = contact.frame.reshape(3, 3).T @ wrench[:3]
                total += push if first else -push
        return float(np.linalg.norm(total))

    def objections(self) -> list[str]:
        """Why the episode, which was called a success, is none; empty if it is one."""
        found = []
        if self.at_home < LONG:
            why = self.missing() or "only just arrived"
            found.append(f"at home for {self.at_home} control steps, not {LONG}: {why}")
        if self.deepest > self.deepest_allowed:
            found.append(f"bodies overlapped by {1000 * self.deepest:.3f} mm")
        if (resting := max(self._overlaps[-LONG:])) > self.resting_allowed:
            found.append(f"at home bodies overlap by {1000 * resting:.3f} mm")
        if self._broken:
            found.append(f"more than {HARDEST} N for {LONG} control steps")
        if self._stray is not None:
            found.append(self._stray)
        return found

    def start(self) -> None:  # noqa: B027 - most things need not be known as they were at first
        """Measure what must be known of the beginning."""

    @abstractmethod
    def missing(self) -> str | None:
        """Why the thing is not where it belongs now; None when it is."""

    def above(self) -> bool:
        """Whether the held thing is clear of the fixture, so that its way begins anew."""
        return False

    def astray(self) -> str | None:
        """What is wrong with the way that the thing takes now; None when nothing is."""
        return None

    def seen_from(self, body: str, points: Vector) -> Vector:
        """Points [n, 3] of the world in a body's frame."""
        index = self.model.body(body).id
        turn = self.data.xmat[index].reshape(3, 3)
        return np.asarray((points - self.data.xpos[index]) @ turn)

    def corners(self, geom: str) -> Vector:
        """The eight corners of a box in the world, the four of its lower end first."""
        index = self.model.geom(geom).id
        signs = np.array([[x, y, z] for z in (-1, 1) for x in (-1, 1) for y in (-1, 1)])
        turn = self.data.geom_xmat[index].reshape(3, 3)
        placed = self.data.geom_xpos[index] + (signs * self.model.geom_size[index]) @ turn.T
        return np.asarray(placed)


def opening(model: Any, body: str, centre: tuple[float, float], depth: float) -> Vector:
    """The empty rectangle around a point of a fixture, at a depth: [[x, y] low, [x, y] high].

    Measured from the upright boxes of that body; sprung parts are bodies of their own.
    """
    edges = np.array([[-np.inf, -np.inf], [np.inf, np.inf]])
    owner = model.body(body).id
    for geom in np.flatnonzero(model.geom_bodyid == owner):
        upright = model.geom_quat[geom][0] > 1.0 - 1e-9
        solid = model.geom_contype[geom] and model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_BOX
        if not (upright and solid):
            continue
        low = model.geom_pos[geom] - model.geom_size[geom]
        high = model.geom_pos[geom] + model.geom_size[geom]
        if not low[2] < -depth < high[2]:
            continue
        for axis in (0, 1):
            if low[1 - axis] < centre[1 - axis] < high[1 - axis]:
                if low[axis] > centre[axis]:
                    edges[1, axis] = min(edges[1, axis], low[axis])
                elif high[axis] < centre[axis]:
                    edges[0, axis] = max(edges[0, axis], high[axis])
    return edges
