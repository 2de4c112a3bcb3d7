"""Reports over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from backend.episodes.schemas import Regime
from backend.reports import service
from backend.reports.repository import Selection
from backend.reports.schemas import Throughput
from backend.runs.endpoints import Now
from backend.web.deps import Reader, Reporter, Unit

router = APIRouter(prefix="/reports", tags=["reports"])

DEFAULT_WINDOW = timedelta(hours=8)


def selection(
    now: Now,
    task: str | None = None,
    run: UUID | None = None,
    robot: UUID | None = None,
    regime: Regime | None = None,
    begin: Annotated[
        AwareDatetime | None,
        Query(alias="from", description="Eight hours before `to` if left out."),
    ] = None,
    end: Annotated[
        AwareDatetime | None, Query(alias="to", description="Now if left out; not included.")
    ] = None,
    bin_seconds: Annotated[
        int, Query(alias="bin", ge=1, le=31 * 86400, description="Seconds per bin.")
    ] = 600,
) -> Selection:
    """Which episodes the report is about."""
    until = end or now
    return Selection(
        begin=begin or until - DEFAULT_WINDOW,
        end=until,
        bin_seconds=bin_seconds,
        task=task,
        run=run,
        robot=robot,
        regime=regime,
    )


Chosen = Annotated[Selection, Depends(selection)]


@router.get("/throughput")
async def read_throughput(_person: Reader, session: Unit, chosen: Chosen, now: Now) -> Throughput:
    """Successes per ten minutes, active and by the clock, with every definition in words."""
    return await service.throughput(session, chosen, now)


@router.get(
    "/throughput.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}}
)
async def export_throughput(_person: Reporter, session: Unit, chosen: Chosen, now: Now) -> Response:
    """The bins of the report as a table."""
    report = await service.throughput(session, chosen, now)
    headers = {"Content-Disposition": 'attachment; filename="throughput.csv"'}
    return Response(service.as_csv(report), media_type="text/csv; charset=utf-8", headers=headers)
