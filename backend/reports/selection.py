"""Which episodes a request asks for; the same in the API and on the printed page."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime

from backend.episodes.schemas import Regime
from backend.reports.repository import Selection
from backend.runs.endpoints import Now

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
        int,
        Query(
            alias="bin",
            ge=600,
            le=31 * 86400,
            multiple_of=600,
            description="Seconds per bin; figures are kept in bins of ten minutes.",
        ),
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
        present=until >= now,
    )


Chosen = Annotated[Selection, Depends(selection)]
