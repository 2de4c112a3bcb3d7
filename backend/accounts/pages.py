"""The door, administration and help as pages."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from backend.web.deps import Admin, Anybody, MaybePerson, Reader
from backend.web.templating import PageRoute, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/sign-in", dependencies=[Anybody])
async def sign_in_page(request: Request, person: MaybePerson) -> Response:
    """The sign-in form; who is inside already goes on to the cells."""
    if person is not None:
        return RedirectResponse("/", status_code=303)
    return render(request, "sign_in", None)


@router.get("/admin")
async def admin_page(request: Request, person: Admin) -> Response:
    """Accounts, tokens, robots and the audit chain."""
    return render(request, "admin", person)


@router.get("/help")
async def help_page(request: Request, person: Reader) -> Response:
    """What the phases, keys and numbers mean."""
    return render(request, "help", person)
