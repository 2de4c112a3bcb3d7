"""The pages of the console: their routers, their built assets, and what strangers are told."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from backend.errors import NotFound
from backend.web.bundle import Bundle
from backend.web.deps import Anybody, MaybePerson
from backend.web.problems import of_error
from backend.web.templating import PageRoute, error_page

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"
LEAST_BYTES = 1024
"""Smaller files are not worth compressing."""
NOTHING_HERE = "There is nothing at this address. Check it, or begin from the cells."

_nowhere = APIRouter(route_class=PageRoute, include_in_schema=False)


@_nowhere.get("/{path:path}", dependencies=[Anybody])
async def nowhere(request: Request, person: MaybePerson, path: str) -> Response:
    """Every address that no other route knows."""
    error = NotFound(NOTHING_HERE)
    if path.startswith("api/"):
        return of_error(error)
    return error_page(request, error, person)


class Assets(StaticFiles):
    """What the bundler built; names in `hashed/` hold a hash of what they name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with how long a browser may keep it. Dot files stay on the server."""
        if any(part.startswith(".") for part in path.split("/")) and path != ".":
            raise NotFound(NOTHING_HERE)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith("hashed/") else A_WHILE
        return response


def install(app: FastAPI, pages: Iterable[APIRouter], bundle: Bundle | None = None) -> None:
    """Add the pages, their assets, and last the page for addresses that lead nowhere."""
    app.state.bundle = bundle or Bundle()
    assets = Assets(directory=app.state.bundle.folder, check_dir=False)
    app.mount("/assets", GZipMiddleware(assets, minimum_size=LEAST_BYTES), name="assets")
    for router in pages:
        app.include_router(router)
    app.include_router(_nowhere)
