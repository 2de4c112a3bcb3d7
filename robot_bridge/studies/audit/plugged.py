"""Witness of things that are plugged in: the corners of the nose must be inside the opening."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.sim.tasks.charger.shape import SPACING
from robot_bridge.sim.world import World
from robot_bridge.studies.audit.witness import SLACK, Witness, opening

PROBE = 0.003
"""Depth at which an opening is measured, above all sprung parts."""
INSIDE = 0.001
"""Deeper than this, below the funnel, a corner is inside or in a wall."""
GIVE = 0.0003
"""Metres by which a corner may press into a wall on its way: what a hard hit gives."""


@dataclass(frozen=True)
class Fit:
    """One straight nose and its opening."""

    nose: str
    fixture: str
    centre: tuple[float, float]
    depth: float
    """How deep every corner of the nose's end must be, metres."""


class PluggedWitness(Witness):
    """Every nose in its own opening, all corners deep, and no way through a wall."""

    fits: ClassVar[tuple[Fit, ...]]

    def __init__(self, world: World) -> None:
        self._openings = [opening(world.model, f.fixture, f.centre, PROBE) for f in self.fits]
        super().__init__(world)

    def _noses(self) -> list[Vector]:
        return [self.seen_from(fit.fixture, self.corners(fit.nose)) for fit in self.fits]

    def missing(self) -> str | None:
        """Depth of the shallowest corner, and where the nose passes the mouth."""
        for fit, hole, nose in zip(self.fits, self._openings, self._noses(), strict=True):
            shallow = float(nose[:4, 2].max())
            if shallow > -fit.depth:
                return f"{fit.nose} is {-1000 * shallow:.2f} mm deep"
            if not _within(nose[:4], hole) or not _within(_section(nose, -INSIDE), hole):
                return f"{fit.nose} is not inside the opening"
        return None

    def above(self) -> bool:
        """Whether every nose is out of its opening."""
        return all(float(nose[:4, 2].min()) > 0.0 for nose in self._noses())

    def astray(self) -> str | None:
        """A corner below the mouth but beside the opening has come through something."""
        for fit, hole, nose in zip(self.fits, self._openings, self._noses(), strict=True):
            low = nose[:4][nose[:4, 2] < -INSIDE]
            if not _within(low, hole, GIVE):
                return f"{fit.nose} went down beside its opening"
        return None


def _within(points: Vector, hole: Vector, slack: float = SLACK) -> bool:
    return bool((points[:, :2] > hole[0] - slack).all() and (points[:, :2] < hole[1] + slack).all())


def _section(nose: Vector, height: float) -> Vector:
    """Where the four long edges of a nose cross a level."""
    low, high = nose[:4], nose[4:]
    share = (height - low[:, 2]) / (high[:, 2] - low[:, 2])
    return np.asarray(low + share[:, None] * (high - low))


class EthernetWitness(PluggedWitness):
    """The plug's nose, past the latch, every corner at most 2 mm from the bottom."""

    fits = (Fit("plug", "jack", (0.0, 0.0), 0.0100),)


class ChargerWitness(PluggedWitness):
    """Both prongs, past the sprung contacts, every corner at most 1.5 mm from its last place."""

    fits = tuple(
        Fit(f"prong:{side}", "socket", (0.0, side * SPACING / 2), 0.0145) for side in (-1.0, 1.0)
    )
