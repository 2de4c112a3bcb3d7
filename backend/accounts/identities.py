"""From credential to person, remembered for a moment so that each request need not ask Postgres."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from backend.accounts import repository
from backend.accounts.repository import Found
from backend.db import UNREACHABLE, Database
from backend.errors import Unavailable
from backend.kit.clock import Clock
from backend.web.permissions import BY_ROLE
from backend.web.sessions import Credential, Identity, RobotIdentity

if TYPE_CHECKING:
    from backend.models import User

FRESH_SECONDS = 30.0
STALE_SECONDS = 3600.0
"""How long a remembered person may still stop a robot while the database is away."""
REMEMBERED = 10_000

Ended = Callable[[Callable[[Identity], bool]], None]
"""Told when sessions end; the argument says for which identities."""


@dataclass
class _Remembered:
    identity: Identity
    asked_at: float


class Identities:
    """The Authenticator of the web process."""

    def __init__(self, database: Database, clock: Clock, idle: timedelta) -> None:
        """`idle` is how long an unused browser session lives."""
        self._database = database
        self._clock = clock
        self._idle = idle
        self._people: dict[bytes, _Remembered] = {}
        self._robots: dict[bytes, RobotIdentity] = {}
        self._listeners: list[Ended] = []
        self._robot_listeners: list[Callable[[UUID], None]] = []

    def on_end(self, listener: Ended) -> None:
        """Call `listener` whenever sessions end before their time."""
        self._listeners.append(listener)

    def on_robot_end(self, listener: Callable[[UUID], None]) -> None:
        """Call `listener` with the robot whose token was revoked."""
        self._robot_listeners.append(listener)

    def forget_robot(self, robot_id: UUID) -> None:
        """Ask anew for a robot, and end its session."""
        self._robots = {key: one for key, one in self._robots.items() if one.id != robot_id}
        for listener in self._robot_listeners:
            listener(robot_id)

    def ask_again(self, user_id: UUID) -> None:
        """Ask anew for a person; their sockets stay."""
        kept = {key: one for key, one in self._people.items() if one.identity.id != user_id}
        self._people = kept

    def forget(self, chosen: Callable[[Identity], bool]) -> None:
        """Ask anew for the chosen identities, and end their live sockets."""
        kept = {key: one for key, one in self._people.items() if not chosen(one.identity)}
        self._people = kept
        for listener in self._listeners:
            listener(chosen)

    def forget_user(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """The same for one person, all sessions but one."""
        self.forget(lambda one: one.id == user_id and (but is None or one.session_id != but))

    async def person(self, credential: Credential, *, stale: bool = False) -> Identity | None:
        """The person behind a credential, or None."""
        known = self._people.get(credential.digest)
        if known is not None and self._age(known) < FRESH_SECONDS and self._alive(known.identity):
            return known.identity
        try:
            identity = await self._ask(credential)
        except UNREACHABLE as error:
            if stale and known is not None and self._may_be_stale(known):
                return known.identity
            raise Unavailable(
                "The database does not answer, so nobody can be recognised now: try again."
            ) from error
        self._remember(credential, identity)
        return identity

    async def robot(self, credential: Credential) -> RobotIdentity | None:
        """The robot behind a bearer token, or None.

        A robot that was known before may come back while the database is away: it journals.
        """
        if credential.kind != "token":
            return None
        try:
            identity = await self._ask_robot(credential)
        except UNREACHABLE:
            return self._robots.get(credential.digest)
        self._robots.pop(credential.digest, None)
        if identity is not None:
            self._robots[credential.digest] = identity
        return identity

    async def _ask_robot(self, credential: Credential) -> RobotIdentity | None:
        async with self._database.unit() as session:
            found = await repository.robot_of_token(session, credential.digest)
            if found is None or found[0].revoked_at is not None or found[1].retired_at is not None:
                return None
            found[0].last_used_at = self._clock.now()
            return RobotIdentity(id=found[1].id, name=found[1].name)

    async def _ask(self, credential: Credential) -> Identity | None:
        async with self._database.unit() as session:
            if credential.kind == "session":
                found = await repository.owner_of_session(session, credential.digest)
            else:
                found = await repository.owner_of_token(session, credential.digest)
            if found is None or not self._valid(found):
                return None
            await repository.seen(session, found, self._clock.now())
            return identity_of(found)

    def _valid(self, found: Found) -> bool:
        now = self._clock.now()
        if not found.user.active:
            return False
        if found.token is not None:
            return found.token.revoked_at is None
        row = found.session
        assert row is not None
        in_use = now - row.last_seen_at < self._idle
        return row.ended_at is None and now < row.expires_at and in_use

    def _remember(self, credential: Credential, identity: Identity | None) -> None:
        self._people.pop(credential.digest, None)
        if identity is None:
            return
        if len(self._people) >= REMEMBERED:
            self._people.pop(next(iter(self._people)))
        self._people[credential.digest] = _Remembered(identity, self._clock.monotonic())

    def _age(self, known: _Remembered) -> float:
        return self._clock.monotonic() - known.asked_at

    def _alive(self, identity: Identity) -> bool:
        return identity.expires_at is None or self._clock.now() < identity.expires_at

    def _may_be_stale(self, known: _Remembered) -> bool:
        return self._age(known) < STALE_SECONDS and self._alive(known.identity)


def identity_of(found: Found) -> Identity:
    """What requests carry round of a person."""
    user: User = found.user
    return Identity(
        id=user.id,
        name=user.name,
        display_name=user.display_name or user.name,
        role=user.role,
        kind=user.kind,
        language=user.language,
        permissions=BY_ROLE[user.role],
        keys=user.keys,
        must_change_password=user.must_change_password,
        session_id=found.session.id if found.session else None,
        expires_at=found.session.expires_at if found.session else None,
    )
