"""Witness of a zip tie: the strap must run through the slot, and its teeth hang on the pawl."""

from itertools import pairwise

import mujoco
import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.sim.tasks.zip_tie.shape import HEAD_DEPTH, SEGMENTS, STRAP_Y, TEETH
from robot_bridge.sim.world import World
from robot_bridge.studies.audit.witness import SLACK, Witness, opening

MOUTH = 0.0010
"""Level below the funnel, above the pawl, at which the slot is measured."""
ENOUGH = 5
HANGS = 3.0
"""Newtons with which teeth and pawl must hold against each other."""


class ZipTieWitness(Witness):
    """Follows the strap as a line through its hinges."""

    deepest_allowed = 0.0005
    resting_allowed = 0.0003
    """Less than half and a quarter of the strap's thickness: its light pieces are softer."""

    def __init__(self, world: World) -> None:
        self._slot = opening(world.model, "head", (0.0, 0.0), MOUTH)
        super().__init__(world)

    def _line(self) -> Vector:
        """The hinges from the hand to the tip, in the head's frame, [n, 3]."""
        bodies = [self.model.body(f"strap{index}").id for index in range(SEGMENTS)]
        tip = self.data.site_xpos[self.model.site("tip").id]
        return self.seen_from("head", np.vstack([self.data.xpos[bodies], tip]))

    def _crossing(self, height: float) -> Vector | None:
        """Where the strap passes a level; None where it does not reach it."""
        line = self._line()
        for upper, lower in pairwise(line):
            if upper[2] >= height > lower[2]:
                share = (upper[2] - height) / (upper[2] - lower[2])
                return np.asarray(upper + share * (lower - upper))
        return None

    def missing(self) -> str | None:
        """The strap below the head, enough teeth past the pawl, and the pawl under load."""
        below = self._crossing(-HEAD_DEPTH)
        if below is None:
            return "the strap does not reach through its head"
        if (past := self._teeth_past()) < ENOUGH:
            return f"{past} teeth are past the pawl"
        if (pull := self._hanging()) < HANGS:
            return f"the pawl holds {pull:.1f} N"
        return self.astray()

    def _teeth_past(self) -> int:
        """Teeth whose upper side is lower than the pawl's lower side."""
        edge = self._pawl_edge()
        geoms = [self.model.geom(f"tooth:{number}").id for number in range(TEETH)]
        tops = self.seen_from("head", self.data.geom_xpos[geoms])[:, 2]
        tops = tops + self.model.geom_size[geoms][:, 2]
        return int((tops < edge + 2 * SLACK).sum())

    def _pawl_edge(self) -> float:
        geom = self.model.geom("pawl").id
        mesh = self.model.geom_dataid[geom]
        first, count = self.model.mesh_vertadr[mesh], self.model.mesh_vertnum[mesh]
        turn = self.data.geom_xmat[geom].reshape(3, 3)
        corners = self.model.mesh_vert[first : first + count] @ turn.T + self.data.geom_xpos[geom]
        return float(self.seen_from("head", corners)[:, 2].min())

    def _hanging(self) -> float:
        """Upward newtons of the teeth on the pawl."""
        pawl, total, wrench = self.model.geom("pawl").id, 0.0, np.zeros(6)
        for number in range(self.data.ncon):
            contact = self.data.contact[number]
            if pawl in contact.geom:
                mujoco.mj_contactForce(self.model, self.data, number, wrench)
                # The force that the first shape puts on the second one.
                push = float((contact.frame.reshape(3, 3).T @ wrench[:3])[2])
                total += push if contact.geom[1] == pawl else -push
        return total

    def above(self) -> bool:
        """Whether the tip is out of the slot."""
        return bool(self._line()[-1, 2] > 0.0)

    def astray(self) -> str | None:
        """Where the strap passes the mouth it must be inside the slot."""
        point = self._crossing(-MOUTH)
        if point is None:
            return None
        room = np.array([0.0, STRAP_Y / 2 - SLACK])
        low, high = self._slot[0] + room, self._slot[1] - room
        inside = (point[:2] > low - SLACK).all() and (point[:2] < high + SLACK).all()
        return None if inside else "the strap went down beside its slot"
