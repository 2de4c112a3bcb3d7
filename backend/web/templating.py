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

from backend.errors import ConfigError, ConsoleError, NotFound, NotSignedIn
from backend.web import i18n
from backend.web.sessions import Identity

FRONTEND = Path(__file__).parents[2] / "frontend"
DIST = FRONTEND / "dist"
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


@lru_cache
def manifest() -> dict[str, dict[str, Any]]:
    """What the bundler built: source name to hashed files."""
    path = DIST / ".vite" / "manifest.json"
    if not path.is_file():
        raise ConfigError("The pages are not built yet: run `make setup`, then start again.")
    entries: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def _closure(entries: Mapping[str, dict[str, Any]], name: str) -> list[str]:
    """The entry and everything it imports at once, dependencies first."""
    seen: list[str] = []

    def visit(key: str) -> None:
        if key not in seen:
            for needed in entries[key].get("imports", ()):
                visit(needed)
            seen.append(key)

    visit(name)
    return list(dict.fromkeys(seen))


def asset_tags(entry: str, language: str, entries: Mapping[str, dict[str, Any]]) -> Markup:
    """Links to the styles, sentences and scripts of one page, from the bundler's manifest."""
    keys = _closure(entries, f"src/pages/{entry}.ts")
    sheets = dict.fromkeys(sheet for key in keys for sheet in entries[key].get("css", ()))
    tags = [Markup('<link rel="stylesheet" href="/assets/{}">').format(sheet) for sheet in sheets]
    link = Markup('<link rel="modulepreload" href="/assets/{}">')
    early = (*keys[:-1], f"locales/{language}.json")
    tags.extend(link.format(entries[key]["file"]) for key in early)
    tags.append(
        Markup('<script type="module" src="/assets/{}"></script>').format(entries[keys[-1]]["file"])
    )
    return Markup("\n").join(tags)


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
        "must_change_password": user.must_change_password,
    }


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
    language = i18n.choose(
        user.language if user else None,
        request.cookies.get(i18n.COOKIE),
        request.headers.get("accept-language"),
    )
    theme = request.cookies.get(THEME_COOKIE, "auto")
    content = {"user": _profile(user), "language": language, "page": dict(data or {})}
    html = (
        _environment()
        .get_template(f"pages/{name}.html")
        .render(
            t=i18n.Translator(language),
            language=language,
            languages=i18n.LANGUAGES,
            theme=theme if theme in THEMES else "auto",
            page=name,
            path=request.url.path,
            user=user,
            tags=asset_tags(name, language, manifest()),
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
    return render(
        request, "error", user, status=error.status, problem=error.detail, code=error.status
    )


class PageRoute(APIRoute):
    """A route whose errors are pages, and whose strangers are shown to the door."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler so that ConsoleErrors become pages and NotSignedIn a redirect."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except NotSignedIn:
                target = request.url.path
                if request.url.query:
                    target += f"?{request.url.query}"
                where = request.url_for("sign_in_page").include_query_params(next=target)
                return RedirectResponse(f"{where.path}?{where.query}", status_code=303)
            except RequestValidationError:
                return error_page(request, NotFound("This address is misspelt. Check its ids."))
            except ConsoleError as error:
                return error_page(request, error)

        return answer
