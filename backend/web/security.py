"""Plain ASGI middleware: where a browser may come from, and the headers of every answer."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from backend.config import Settings
from backend.web.problems import problem

ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  compared with, not bound to
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


class BodyLimit:
    """Reads no more of a request than it should have, whatever length it claims."""

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        """`most_bytes` is the longest body."""
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("content-length", "0")
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self._most:
                raise _TooLong
            return message

        try:
            if claimed.isdecimal() and int(claimed) > self._most:
                raise _TooLong
            await self._app(scope, counted, send)
        except _TooLong:
            detail = f"The request body is too large; the limit is {self._most} bytes."
            await problem(413, "Too large", detail)(scope, receive, send)


class _TooLong(Exception):
    """More came than may come. Nothing was answered yet: the body is read first."""


class OriginGuard:
    """Refuses unsafe requests and sockets that another site's page would send with our cookie.

    CORS middleware does not look at sockets at all. A bearer token is never sent by a browser on
    its own, so its bearer is let through.
    """

    def __init__(self, app: ASGIApp) -> None:
        """The settings of the application say which origins are ours."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 403."""
        if scope["type"] == "lifespan" or _allowed(scope):
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


def _allowed(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return True
    if headers.get("authorization", "").lower().startswith("bearer "):
        return True
    return _same_site(headers, scope["app"].state.settings)


def _same_site(headers: Headers, settings: Settings) -> bool:
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return site == "same-origin" or _ours(origin, headers, settings)
    # Neither header: not a browser. It may sign in, but not ride on a cookie.
    return site == "same-origin" or "cookie" not in headers


def _ours(origin: str, headers: Headers, settings: Settings) -> bool:
    if origin in settings.origins:
        return True
    # Bound to all interfaces, a literal IP that the request came to is ours; a name could be
    # anybody's who lets it point here.
    on_any = settings.host in ANY_ADDRESS
    return on_any and urlsplit(origin).netloc == headers.get("host") and _is_literal(origin)


def _is_literal(origin: str) -> bool:
    try:
        ipaddress.ip_address(urlsplit(origin).hostname or "")
    except ValueError:
        return False
    return True
