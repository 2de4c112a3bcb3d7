"""Pages: Jinja2 shells around the elements that the browser bundle brings to life."""

import json
from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from backend.db import UNREACHABLE
from backend.errors import ConsoleError, NotFound, NotSignedIn, Unavailable
from backend.web import i18n
from backend.web.catalogues import LANGUAGES
from backend.web.deps import maybe_person
from backend.web.problems import DATABASE_AWAY
from backend.web.sessions import Identity

FRONTEND = Path(__file__).parents[2] / "frontend"
THEMES = ("auto", "light", "dark", "contrast")
THEME_COOKIE = "rlt_theme"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Nothing inline, nothing from elsewhere; the sockets count as 'self'."""


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FRONTEND / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_data(content: Mapping[str, object]) -> Markup:
    """JSON for a script element: no character of it can end the element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped)  # noqa: S704  three escapes above leave nothing to close or open a tag


def _profile(user: Identity | None) -> dict[str, object] | None:
    if user is None:
        return None
    return {
        "id": str(user.id),
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role,
        "permissions": sorted(user.permissions),
        "keys": dict(user.keys),
        "must_change_password": user.must_change_password,
    }


def language_of(request: Request, user: Identity | None) -> str:
    """The language of a page for this reader."""
    return i18n.choose(
        user.language if user else None,
        request.cookies.get(i18n.COOKIE),
        request.headers.get("accept-language"),
    )


def render(
    request: Request,
    name: str,
    user: Identity | None,
    data: Mapping[str, object] | None = None,
    *,
    status: int = 200,
    **context: object,
) -> Response:
    """The page `templates/pages/{name}.html` with its bundle `src/pages/{name}.ts`."""
    language = language_of(request, user)
    theme = request.cookies.get(THEME_COOKIE, "auto")
    content = {
        "name": name,
        "user": _profile(user),
        "language": language,
        "page": dict(data or {}),
    }
    html = (
        _environment()
        .get_template(f"pages/{name}.html")
        .render(
            t=i18n.Translator(language),
            language=language,
            languages=LANGUAGES,
            theme=theme if theme in THEMES else "auto",
            page=name,
            path=request.url.path,
            user=user,
            tags=request.app.state.bundle.tags(name, language),
            data=page_data(content),
            **context,
        )
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(html, status_code=status, headers=headers)


def error_page(request: Request, error: ConsoleError, user: Identity | None = None) -> Response:
    """The same sentence that the API would give, as a page that says where to go next."""
    problem = i18n.said(error.detail, language_of(request, user))
    return render(request, "error", user, status=error.status, problem=problem, code=error.status)


class PageRoute(APIRoute):
    """A route whose errors are pages, and whose strangers are shown to the door."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler so that ConsoleErrors become pages and NotSignedIn a redirect."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except NotSignedIn:
                return _to_the_door(request)
            except RequestValidationError:
                error: ConsoleError = NotFound("This address is misspelt: check its ids.")
            except UNREACHABLE:
                error = Unavailable(DATABASE_AWAY)
            except ConsoleError as known:
                error = known
            return error_page(request, error, await _whoever(request))

        return answer


def _to_the_door(request: Request) -> Response:
    target = request.url.path
    if request.url.query:
        target += f"?{request.url.query}"
    where = request.url_for("sign_in_page").include_query_params(next=target)
    return RedirectResponse(f"{where.path}?{where.query}", status_code=303)


async def _whoever(request: Request) -> Identity | None:
    """The person if that can be told, so that an error page has their header, STOP included."""
    try:
        return await maybe_person(request)
    except ConsoleError:
        return None
    except UNREACHABLE:
        return None
