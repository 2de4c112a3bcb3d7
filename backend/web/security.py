"""Plain ASGI middleware: where a browser may come from, and the headers of every answer."""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from backend.web.problems import problem

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), gamepad=(self), hid=(self)",
}
TRANSPORT_SECURITY = "max-age=31536000"


class SecurityHeaders:
    """Adds what no answer may lack; an answer that says more itself keeps its own words."""

    def __init__(self, app: ASGIApp) -> None:
        """`app` is what is wrapped."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, headers added to the start of each response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", TRANSPORT_SECURITY)
            await send(message)

        await self._app(scope, receive, with_headers)


class OriginGuard:
    """Refuses unsafe requests and sockets that another site's page would send with our cookie.

    CORS middleware does not look at sockets at all. A bearer token is never sent by a browser on
    its own, so its bearer is let through.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[str], any_address: bool) -> None:
        """`any_address`: bound to all interfaces, so a literal IP of ours counts as ours."""
        self._app = app
        self._origins = frozenset(origins)
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 403."""
        if scope["type"] == "lifespan" or self._allowed(scope):
            await self._app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin", "an unknown origin")
        response = problem(
            403,
            "Wrong origin",
            f"Requests from {origin} are not allowed: open the console at its own address, "
            "or add that origin to RLT_PUBLIC_ORIGINS.",
        )
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(response)
        else:
            await response(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return True
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True
        return self._same_site(headers)

    def _same_site(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None:
            return self._ours(origin, headers) or site == "same-origin"
        # Neither header: not a browser. It may sign in, but not ride on a cookie.
        return site == "same-origin" or "cookie" not in headers

    def _ours(self, origin: str, headers: Headers) -> bool:
        if origin in self._origins:
            return True
        host = urlsplit(origin).netloc
        return self._any_address and host == headers.get("host") and _is_literal(origin)


def _is_literal(origin: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(origin).hostname or "")
    except ValueError:
        return False
    return True
