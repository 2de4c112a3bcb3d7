"""Episodes as pages."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from backend.web.deps import Reader
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/episodes")
async def episodes_page(request: Request, person: Reader) -> Response:
    """All attempts; the filters live in the address."""
    return render(request, "episodes", person)


@router.get("/episodes/{episode_id}")
async def episode_page(request: Request, person: Reader, episode_id: UUID) -> Response:
    """One attempt with its replay and labels."""
    return render(request, "episode", person, {"episode_id": episode_id})
