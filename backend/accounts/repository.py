"""Queries on accounts, sessions and tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from backend.db import Session
from backend.models import ApiToken, BrowserSession, Robot, User


@dataclass(frozen=True, kw_only=True)
class Found:
    """A credential's owner, as stored."""

    user: User
    session: BrowserSession | None = None
    token: ApiToken | None = None


async def count_users(session: Session) -> int:
    """How many accounts there are."""
    return await session.scalar(select(func.count()).select_from(User)) or 0


async def by_name(session: Session, name: str) -> User | None:
    """The account of that name."""
    return await session.scalar(select(User).where(User.name == name))


async def user(session: Session, user_id: UUID) -> User | None:
    """One account."""
    return await session.get(User, user_id)


async def users(session: Session) -> Sequence[User]:
    """All accounts, by name."""
    return (await session.scalars(select(User).order_by(User.name))).all()


async def owner_of_session(session: Session, digest: bytes) -> Found | None:
    """The browser session with that secret, ended or not."""
    query = (
        select(BrowserSession, User)
        .join(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.secret_sha256 == digest)
    )
    row = (await session.execute(query)).one_or_none()
    return Found(session=row[0], user=row[1]) if row else None


async def owner_of_token(session: Session, digest: bytes) -> Found | None:
    """The person with that bearer token, revoked or not."""
    query = (
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.secret_sha256 == digest)
    )
    row = (await session.execute(query)).one_or_none()
    return Found(token=row[0], user=row[1]) if row else None


async def robot_of_token(session: Session, digest: bytes) -> tuple[ApiToken, Robot] | None:
    """The robot with that bearer token, revoked or not."""
    query = (
        select(ApiToken, Robot)
        .join(Robot, Robot.id == ApiToken.robot_id)
        .where(ApiToken.secret_sha256 == digest)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row else None


async def end_sessions(
    session: Session, user_id: UUID, now: datetime, *, but: UUID | None = None
) -> None:
    """End the open sessions of a person, all but one."""
    query = update(BrowserSession).where(
        BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None)
    )
    if but is not None:
        query = query.where(BrowserSession.id != but)
    await session.execute(query.values(ended_at=now))


async def end_session(session: Session, session_id: UUID, now: datetime) -> None:
    """End one session."""
    await session.execute(
        update(BrowserSession).where(BrowserSession.id == session_id).values(ended_at=now)
    )


async def seen(session: Session, found: Found, now: datetime) -> None:
    """Note the use of a session or token."""
    if found.session is not None:
        found.session.last_seen_at = now
    if found.token is not None:
        found.token.last_used_at = now
    await session.flush()


async def tokens(session: Session) -> Sequence[ApiToken]:
    """All tokens, newest first."""
    return (await session.scalars(select(ApiToken).order_by(ApiToken.created_at.desc()))).all()


async def token(session: Session, token_id: UUID) -> ApiToken | None:
    """One token."""
    return await session.get(ApiToken, token_id)


async def robot(session: Session, robot_id: UUID) -> Robot | None:
    """The robot that a token is to be made for."""
    return await session.get(Robot, robot_id)


async def add(session: Session, row: User | BrowserSession | ApiToken) -> None:
    """Store a new row and read back what the database fills in."""
    session.add(row)
    await session.flush()
