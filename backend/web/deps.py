"""What endpoints and pages ask for: the person with a permission, and a unit of work."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from backend.db import Session
from backend.errors import Forbidden, NotSignedIn
from backend.web.permissions import Permission
from backend.web.sessions import Authenticator, Identity, RobotIdentity, credential_of

SIGN_IN = "Sign in first."


class Access:
    """Base of the declarations that say who may use a route."""


class Public(Access):
    """Anybody, signed in or not."""

    def __call__(self) -> None:
        """Nothing to check."""


class Require(Access):
    """A signed-in person with one permission."""

    def __init__(self, permission: Permission) -> None:
        """`permission` is the one that the route needs."""
        self.permission = permission

    async def __call__(self, connection: HTTPConnection) -> Identity:
        """The person; NotSignedIn or Forbidden when there is none or they may not."""
        # A stop must work while the database is away, so a recent answer will do for it.
        stale = self.permission is Permission.STOP
        identity = await _person(connection, stale=stale)
        if identity is None:
            raise NotSignedIn(SIGN_IN)
        check(identity, self.permission)
        return identity


class Robot(Access):
    """A bridge, by the token of its robot."""

    async def __call__(self, connection: HTTPConnection) -> RobotIdentity:
        """The robot; NotSignedIn when the token is none."""
        credential = credential_of(connection)
        robot = await _authenticator(connection).robot(credential) if credential else None
        if robot is None:
            raise NotSignedIn("This robot token is not known: make one on the admin page.")
        return robot


def check(identity: Identity, permission: Permission) -> None:
    """Raise Forbidden unless the person holds the permission."""
    if permission not in identity.permissions:
        raise Forbidden(
            f"The role {identity.role} may not do this; it needs the permission '{permission}'. "
            "Ask an administrator."
        )


async def maybe_person(connection: HTTPConnection) -> Identity | None:
    """The person, or None for a stranger."""
    return await _person(connection, stale=False)


async def unit(connection: HTTPConnection) -> AsyncIterator[Session]:
    """One transaction round the endpoint, committed before the answer leaves."""
    async with connection.app.state.database.unit() as session:
        yield session


async def _person(connection: HTTPConnection, *, stale: bool) -> Identity | None:
    credential = credential_of(connection)
    if credential is None:
        return None
    return await _authenticator(connection).person(credential, stale=stale)


def _authenticator(connection: HTTPConnection) -> Authenticator:
    found: Authenticator = connection.app.state.accounts
    return found


Unit = Annotated[Session, Depends(unit, scope="function")]
Anybody = Depends(Public())
MaybePerson = Annotated[Identity | None, Depends(maybe_person)]
Reader = Annotated[Identity, Depends(Require(Permission.READ))]
Stopper = Annotated[Identity, Depends(Require(Permission.STOP))]
Labeller = Annotated[Identity, Depends(Require(Permission.LABEL))]
Driver = Annotated[Identity, Depends(Require(Permission.DRIVE))]
Reporter = Annotated[Identity, Depends(Require(Permission.REPORT))]
RunManager = Annotated[Identity, Depends(Require(Permission.RUN))]
Admin = Annotated[Identity, Depends(Require(Permission.ADMIN))]
RobotBridge = Annotated[RobotIdentity, Depends(Robot())]
