"""Runs as pages."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from backend.runs import algorithms
from backend.web.deps import Reader
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/runs")
async def runs_page(request: Request, person: Reader) -> Response:
    """All runs, and the form that starts one."""
    return render(request, "runs", person, {"algorithms": algorithms.names()})


@router.get("/runs/{run_id}")
async def run_page(request: Request, person: Reader, run_id: UUID) -> Response:
    """One run: curves, configuration, checkpoints."""
    return render(request, "run", person, {"run_id": run_id})
