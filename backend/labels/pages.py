"""The label queue as a page."""

from fastapi import APIRouter, Request, Response

from backend.web.deps import Labeller
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/labels")
async def labels_page(request: Request, person: Labeller) -> Response:
    """Replay and decision, one episode after the other."""
    return render(request, "labels", person)
