"""The wall of cells, and the cockpit of one cell."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from backend.web.deps import Reader
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
async def fleet_page(request: Request, person: Reader) -> Response:
    """All cells, those that need a person first."""
    return render(request, "fleet", person)


@router.get("/robots/{robot_id}")
async def cell_page(request: Request, person: Reader, robot_id: UUID) -> Response:
    """One cell; the page itself says when there is none of this id."""
    return render(request, "cell", person, {"robot_id": robot_id})
