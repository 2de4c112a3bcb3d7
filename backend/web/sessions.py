"""Who is asking: the cookie or bearer token of a request, and the person or robot behind it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from starlette.requests import HTTPConnection
from starlette.responses import Response

from backend.web.permissions import Permission

COOKIE = "rlt_session"
SECURE_COOKIE = "__Host-rlt_session"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A signed-in person or automatic account."""

    id: UUID
    name: str
    display_name: str
    role: str
    kind: str
    language: str
    permissions: frozenset[Permission]
    keys: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Keys of their own, by action."""
    must_change_password: bool = False
    session_id: UUID | None = None
    """The browser session; None for a token."""
    expires_at: datetime | None = None

    @property
    def automatic(self) -> bool:
        """Whether this account is a program: it sees the simulator's truth, people do not."""
        return self.kind == "automatic"


@dataclass(frozen=True, kw_only=True)
class RobotIdentity:
    """The bearer of a robot's token."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Credential:
    """What a request shows: only the digest of the secret is kept in memory and in rows."""

    kind: Literal["session", "token"]
    digest: bytes


class Authenticator(Protocol):
    """Finds the owner of a credential. `backend.accounts` is the one implementation."""

    async def person(self, credential: Credential, *, stale: bool = False) -> Identity | None:
        """The person, or None. `stale` accepts a recent answer while the database is away."""
        ...

    async def robot(self, credential: Credential) -> RobotIdentity | None:
        """The robot, or None."""
        ...


def digest(secret: str) -> bytes:
    """What is stored of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser came over TLS."""
    return connection.url.scheme in {"https", "wss"}


def credential_of(connection: HTTPConnection) -> Credential | None:
    """The credential of a request. A bearer token wins over a cookie."""
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        scheme, _, secret = authorization.partition(" ")
        known = scheme.lower() == "bearer" and secret.strip()
        return Credential("token", digest(secret.strip())) if known else None
    secret = connection.cookies.get(SECURE_COOKIE if is_secure(connection) else COOKIE, "")
    return Credential("session", digest(secret)) if secret else None


def set_cookie(connection: HTTPConnection, response: Response, secret: str, seconds: int) -> None:
    """Hand the session secret to the browser."""
    secure = is_secure(connection)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        secret,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=secure,
        path="/",
    )


def clear_cookie(connection: HTTPConnection, response: Response) -> None:
    """Take the session secret back."""
    secure = is_secure(connection)
    name = SECURE_COOKIE if secure else COOKIE
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
