"""The powered spindle and the thread: what turns the screw, and what turning does to it.

Contact alone carries the bit into the recess, turns the head, and lifts the bit out again. Only two
things are rules: the spindle runs while it is pressed, and the thread, once it has caught, couples
turning and going down.
"""

from collections import deque
from enum import IntEnum
from typing import Any

import numpy as np

from robot_bridge.sim.poses import Vector, rotate
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.tasks.screw import shape

TURN = 2 * float(np.pi)
STARTING = 1.0 * TURN
"""Speed of the spindle, radians per second, until the thread has caught."""
SPEED_PER_NEWTON, TOP_SPEED = 0.4 * TURN, 4.0 * TURN
"""After that: the harder the push, the faster; radians per second."""
PRESSED, RELEASED = 2.5, 1.2
"""Newtons along the tool's axis that switch the spindle on and off."""
ASTRAY = np.radians(3.0)
"""How far the recess may be turned away from the block's marks at the start."""
SEATED_BIT = 0.0011
"""The spindle starts only with the bit closer than this to the recess's bottom, so that a bit that
is turned against the recess, or beside it, never spins."""
CATCH_TURN = 0.25
"""Turns until the thread has either caught or crossed."""
CROSSED, ASKEW = np.radians(3.0), np.radians(4.0)
"""A screw that leans, or a bit that is held, further off the hole's axis than this when the thread
catches is cross-threaded."""
LEAN = np.radians(1.5)
"""Largest lean of the loose screw at the start."""
LIFTED, LIFTED_READINGS = 0.0014, 6
"""A bit this far above the recess's bottom, for so many readings, has cammed out: once the thread
has caught there is no second try."""


RIM = 0.0003
"""How deep in the recess a bit must be to turn the screw without harm, metres."""
CHEWED_TURN, CHEWED_READINGS = np.radians(1.0), 2
"""A bit at the rim that turns the loose screw by more than this, within so many readings, has
chewed the recess up. A careful hand that feels for the recess stays below 0.8 degrees."""


class Thread(IntEnum):
    """How far the screw has got."""

    LOOSE = 0
    CAUGHT = 1
    SEATED = 2
    CROSSED = 3
    CAMMED_OUT = 4
    CHEWED = 5


class ScrewMechanism:
    """Spindle and thread of one world."""

    def __init__(self, model: Any, data: Any) -> None:
        self._model, self._data = model, data
        self._motor = model.actuator("spindle").id
        self._at = {
            name: int(model.joint(f"screw_{name}").qposadr[0])
            for name in ("down", "lean_x", "lean_y", "turn")
        }
        self._tip, self._screw = model.site("tip").id, model.body("screw").id
        self._start = 0.0
        self._powered = False
        self._lifted = 0
        self._turns = deque([0.0], CHEWED_READINGS + 1)
        self.thread = Thread.LOOSE

    def reset(self, seed: int) -> None:
        """Stand the screw in its hole, loose and a little askew, and stop the spindle."""
        rng = generator(seed, "screw")
        lean, way = LEAN * np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi)
        self._start = float(rng.uniform(-ASTRAY, ASTRAY))
        self._data.qpos[self._at["turn"]] = self._start
        for joint, value in (("lean_x", lean * np.cos(way)), ("lean_y", lean * np.sin(way))):
            self._data.qpos[self._at[joint]] = value
            self._model.qpos_spring[self._at[joint]] = value
        self._powered, self._lifted, self.thread = False, 0, Thread.LOOSE
        self._turns = deque([0.0], CHEWED_READINGS + 1)

    def advance(self, force: Vector) -> None:
        """Run or stop the spindle by the axial push, and let the thread catch, end or cross."""
        axis = self._data.site_xmat[self._tip].reshape(3, 3)[:, 2]
        push = float(force @ axis)
        if self._powered:
            self._powered = push > RELEASED and self._height() < LIFTED
        else:
            self._powered = push > PRESSED and self._height() < SEATED_BIT
        if self.thread is Thread.LOOSE:
            self._begin()
        elif self.thread is Thread.CAUGHT:
            self._follow()
        self._data.ctrl[self._motor] = -self._speed(push) if self._powered else 0.0

    def _speed(self, push: float) -> float:
        if self.thread is Thread.CAUGHT:
            return float(min(SPEED_PER_NEWTON * max(push, 0.0), TOP_SPEED))
        return 0.0 if self.thread is Thread.SEATED else STARTING

    def _hold(self, name: str, value: float) -> None:
        """Keep a joint, or the thread, at a value from now on."""
        coupling = self._model.equality(name).id
        self._model.eq_data[coupling, 0] = value
        self._data.eq_active[coupling] = 1

    def _begin(self) -> None:
        """Let the spindle's turning catch the thread; a bit at the rim only chews the recess up."""
        self._turns.append(self.turns())
        turned = TURN * (self._turns[-1] - self._turns[0])
        if turned > CHEWED_TURN and self._height() > shape.RECESS_DEPTH - RIM:
            self.thread = Thread.CHEWED
        elif self.turns() > CATCH_TURN and self._powered:
            self._catch()

    def _catch(self) -> None:
        turn = float(self._data.qpos[self._at["turn"]])
        if self.lean() > CROSSED or self._askew() > ASKEW:
            self._hold("jam", turn)
            self.thread = Thread.CROSSED
            return
        self._data.eq_active[self._model.equality("rest").id] = 0
        self._hold("thread", -shape.PITCH / (2 * np.pi) * turn)
        self._hold("upright_x", 0.0)
        self._hold("upright_y", 0.0)
        self.thread = Thread.CAUGHT

    def _follow(self) -> None:
        if self.depth() >= shape.DRIVE:
            self.thread = Thread.SEATED
            self._hold("jam", float(self._data.qpos[self._at["turn"]]))
        self._lifted = self._lifted + 1 if self._height() > LIFTED else 0
        if self._lifted >= LIFTED_READINGS:
            self.thread = Thread.CAMMED_OUT

    def _askew(self) -> float:
        """Angle between the tool's axis and the hole, which is upright."""
        return float(np.arccos(np.clip(self._data.site_xmat[self._tip][8], -1.0, 1.0)))

    def _height(self) -> float:
        """Tip of the bit above the bottom of the recess, along the screw."""
        data = self._data
        apart = data.site_xpos[self._tip] - data.xpos[self._screw]
        back = data.xquat[self._screw] * np.array([1.0, -1.0, -1.0, -1.0])
        return float(rotate(back, apart)[2]) + shape.RECESS_DEPTH

    def depth(self) -> float:
        """How far the screw has gone down, metres."""
        return -float(self._data.qpos[self._at["down"]])

    def turns(self) -> float:
        """Clockwise turns since the start."""
        return (self._start - float(self._data.qpos[self._at["turn"]])) / TURN

    def lean(self) -> float:
        """Angle between screw and hole, radians."""
        qpos = self._data.qpos
        return float(np.hypot(qpos[self._at["lean_x"]], qpos[self._at["lean_y"]]))

    def reading(self) -> Vector:
        """State of the thread, depth, turns, lean."""
        return np.array([float(self.thread), self.depth(), self.turns(), self.lean()])
