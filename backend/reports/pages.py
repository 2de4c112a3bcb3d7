"""Reports as a page."""

from fastapi import APIRouter, Request, Response

from backend.web.deps import Reader
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/reports")
async def reports_page(request: Request, person: Reader) -> Response:
    """Throughput per ten minutes; the filters live in the address."""
    return render(request, "reports", person)
