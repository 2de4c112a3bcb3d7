"""Signing in and out, and looking after accounts. Every change leaves an audit row."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from backend.accounts import bindings, repository
from backend.accounts.identities import Identities, identity_of
from backend.accounts.limits import Limits
from backend.accounts.passwords import Passwords, check_new
from backend.accounts.repository import Found
from backend.accounts.schemas import MyChanges, NewToken, NewUser, UserChanges
from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Database, Session
from backend.errors import BadRequest, Conflict, NotFound, NotSignedIn
from backend.kit.clock import Clock
from backend.kit.ids import uuid7
from backend.models import ApiToken, BrowserSession, User
from backend.web.sessions import Identity, digest

PER_ACCOUNT = "5/minute"
PER_ADDRESS = "30/minute"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Where a sign-in comes from."""

    address: str
    agent: str


class Accounts(Identities):
    """The room's one service; also the Authenticator of all requests."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        idle: timedelta,
        absolute: timedelta,
        passwords: Passwords,
    ) -> None:
        """`absolute` is how long a session lives at most."""
        super().__init__(database, clock, idle)
        self.absolute = absolute
        self.limits = Limits()
        self._passwords = passwords

    async def sign_in(self, name: str, password: str, visitor: Visitor) -> tuple[Identity, str]:
        """A new session and its secret; the rate limits come before the costly hash."""
        await self.limits.hit(PER_ADDRESS, "sign-in", visitor.address)
        await self.limits.hit(PER_ACCOUNT, "sign-in", visitor.address, name.lower())
        async with self._database.unit() as session:
            user = await repository.by_name(session, name)
        stored = user.password_hash if user and user.active else None
        if not await self._passwords.fits(password, stored) or user is None:
            await self._record(f"unknown:{name}"[:80], "sign_in_refused", address=visitor.address)
            raise NotSignedIn("Name or password is wrong.")
        secret = secrets.token_urlsafe(32)
        async with self._database.unit() as session:
            row = await self._new_session(session, user, secret, visitor)
            entry = self._entry(user.name, "signed_in", address=visitor.address)
            await audit.append(session, entry)
        return identity_of(Found(user=user, session=row)), secret

    async def sign_out(self, identity: Identity) -> None:
        """End this session; its live sockets close at once."""
        if identity.session_id is None:
            raise BadRequest("A token has no session to end: revoke the token on the admin page.")
        async with self._database.unit() as session:
            await repository.end_session(session, identity.session_id, self._clock.now())
            await audit.append(session, self._entry(identity.name, "signed_out"))
        self.forget(lambda one: one.session_id == identity.session_id)

    async def change_me(self, identity: Identity, changes: MyChanges) -> Identity:
        """Change the person's own language, keys or password; the last ends other sessions."""
        keys = None if changes.keys is None else bindings.checked(changes.keys)
        hashed = await self._changed_password(identity, changes)
        async with self._database.unit() as session:
            user = await repository.user(session, identity.id)
            assert user is not None
            if changes.language is not None:
                user.language = changes.language
            if keys is not None:
                user.keys = keys
            if hashed is not None:
                user.password_hash, user.must_change_password = hashed, False
                now = self._clock.now()
                await repository.end_sessions(session, user.id, now, but=identity.session_id)
                await audit.append(session, self._entry(user.name, "password_changed"))
        self.ask_again(identity.id)
        if hashed is not None:
            self.forget_user(identity.id, but=identity.session_id)
        return identity_of(Found(user=user))

    async def users(self, session: Session) -> Sequence[User]:
        """All accounts."""
        return await repository.users(session)

    async def add_user(self, session: Session, actor: Identity, new: NewUser) -> User:
        """Make an account."""
        if await repository.by_name(session, new.name) is not None:
            raise Conflict(f"There is an account {new.name} already: choose another name.")
        if new.kind == "automatic" and new.password is not None:
            raise BadRequest("An automatic account has no password: make a token for it.")
        hashed = await self._new_password(new.password, new.name)
        user = User(
            id=uuid7(),
            name=new.name,
            display_name=new.display_name or new.name,
            role=new.role,
            kind=new.kind,
            language=new.language,
            password_hash=hashed,
            must_change_password=hashed is not None,
        )
        await repository.add(session, user)
        details = {"name": new.name, "role": new.role, "kind": new.kind}
        await audit.append(session, self._entry(actor.name, "user_added", **details))
        return user

    async def change_user(self, actor: Identity, user_id: UUID, changes: UserChanges) -> User:
        """Change an account; whoever loses rights is asked to sign in again."""
        own = user_id == actor.id
        if own and (changes.active is False or changes.role not in {None, "admin"}):
            raise BadRequest("You cannot take your own administration away: ask another admin.")
        details = changes.model_dump(exclude_none=True, exclude={"password"})
        hashed = await self._new_password(changes.password, "")
        ends = hashed is not None or changes.active is False or changes.role is not None
        but = actor.session_id if own else None
        async with self._database.unit() as session:
            user = await repository.user(session, user_id)
            if user is None:
                raise NotFound("There is no such account.")
            for name, value in details.items():
                setattr(user, name, value)
            if hashed is not None:
                user.password_hash, user.must_change_password = hashed, not own
                details["password"] = "changed"  # noqa: S105
            if ends:
                await repository.end_sessions(session, user.id, self._clock.now(), but=but)
            details["name"] = user.name
            await audit.append(session, self._entry(actor.name, "user_changed", **details))
        if ends:
            self.forget_user(user_id, but=but)
        else:
            self.ask_again(user_id)
        return user

    async def tokens(self, session: Session) -> Sequence[ApiToken]:
        """All tokens."""
        return await repository.tokens(session)

    async def add_token(
        self, session: Session, actor: Identity, new: NewToken
    ) -> tuple[ApiToken, str]:
        """A token and, this once, its secret."""
        if (new.user_id is None) == (new.robot_id is None):
            raise BadRequest("A token belongs to one person or to one robot: name exactly one.")
        if new.user_id is not None and await repository.user(session, new.user_id) is None:
            raise NotFound("There is no such account.")
        if new.robot_id is not None and await repository.robot(session, new.robot_id) is None:
            raise NotFound("There is no such robot.")
        secret = secrets.token_urlsafe(32)
        row = ApiToken(
            id=uuid7(),
            name=new.name,
            secret_sha256=digest(secret),
            user_id=new.user_id,
            robot_id=new.robot_id,
        )
        await repository.add(session, row)
        owner = str(new.user_id or new.robot_id)
        await audit.append(
            session, self._entry(actor.name, "token_added", name=new.name, owner=owner)
        )
        return row, secret

    async def revoke_token(self, actor: Identity, token_id: UUID) -> None:
        """Make a token worthless; sockets opened with it close."""
        async with self._database.unit() as session:
            row = await repository.token(session, token_id)
            if row is None:
                raise NotFound("There is no such token.")
            row.revoked_at = row.revoked_at or self._clock.now()
            await audit.append(session, self._entry(actor.name, "token_revoked", name=row.name))
        if row.robot_id is not None:
            self.forget_robot(row.robot_id)
        self.forget(lambda one: one.id == row.user_id and one.session_id is None)

    async def _new_session(
        self, session: Session, user: User, secret: str, visitor: Visitor
    ) -> BrowserSession:
        now = self._clock.now()
        row = BrowserSession(
            id=uuid7(),
            secret_sha256=digest(secret),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + self.absolute,
            address=visitor.address,
            agent=visitor.agent[:200],
        )
        await repository.add(session, row)
        return row

    async def _changed_password(self, identity: Identity, changes: MyChanges) -> str | None:
        if changes.password is None:
            return None
        await self.limits.hit(PER_ACCOUNT, "password", str(identity.id))
        async with self._database.unit() as session:
            user = await repository.user(session, identity.id)
        stored = user.password_hash if user else None
        if not await self._passwords.fits(changes.password.old, stored):
            raise BadRequest("The old password is wrong.")
        return await self._new_password(changes.password.new, identity.name)

    async def _new_password(self, password: str | None, name: str) -> str | None:
        if password is None:
            return None
        check_new(password, name)
        return await self._passwords.hash(password)

    async def _record(self, actor: str, action: str, **details: object) -> None:
        async with self._database.unit() as session:
            await audit.append(session, self._entry(actor, action, **details))

    def _entry(self, actor: str, action: str, **details: object) -> Entry:
        return Entry(actor=actor, action=action, at=self._clock.now(), details=details)
