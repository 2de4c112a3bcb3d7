"""Whether the parts of the console answer; for probes and the status line, without details."""

from typing import Literal

from fastapi import APIRouter, Request

from backend.db import UNREACHABLE
from backend.kit.schemas import Schema
from backend.web.deps import Anybody

router = APIRouter(tags=["health"])

State = Literal["ok", "down"]
REMEMBERED_SECONDS = 0.2
"""Anybody may ask, but the database is not asked more often than this."""


class Parts(Schema):
    """State of each part."""

    database: State
    rollout: State
    learner: State
    evaluator: State
    robots: State


class Health(Schema):
    """State of the whole: ok when every part is."""

    status: State
    parts: Parts


class HealthProbe:
    """Asks the database who is there."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: tuple[float, Health] | None = None

    async def ask(self, request: Request) -> Health:
        """The state now, or a moment ago."""
        now = request.app.state.clock.monotonic()
        if self._known is None or now - self._known[0] > REMEMBERED_SECONDS:
            self._known = (now, await _look(request))
        return self._known[1]


@router.get("/health", dependencies=[Anybody])
async def read_health(request: Request) -> Health:
    """Whether all parts answer. A robot counts as ok when its bridge is connected."""
    probe: HealthProbe = request.app.state.health
    return await probe.ask(request)


async def _look(request: Request) -> Health:
    cells = request.app.state.fleet.cells.values()
    try:
        seen = {"database"} | await request.app.state.database.processes()
    except UNREACHABLE:
        seen = set()
    if all(cell.connected for cell in cells):
        seen.add("robots")
    states: dict[str, State] = {n: "ok" if n in seen else "down" for n in Parts.model_fields}
    return Health(status="ok" if set(states) <= seen else "down", parts=Parts(**states))
