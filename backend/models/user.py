"""People (and named automatic labellers), their browser sessions and API tokens."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Json, MaybeMoment, Moment, Words

ROLES = ("viewer", "labeller", "operator", "manager", "admin")
KINDS = ("human", "automatic")


class User(Base):
    """Somebody who may sign in, or an automatic account that labels under its own name."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"role in {ROLES}", name="role"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
    )

    id: Mapped[Id]
    name: Mapped[Words] = mapped_column(unique=True)
    display_name: Mapped[Words]
    role: Mapped[Words]
    kind: Mapped[Words] = mapped_column(server_default="human")
    password_hash: Mapped[Words | None]
    """argon2id; null for accounts that cannot sign in with a password."""
    active: Mapped[bool] = mapped_column(server_default="true")
    language: Mapped[Words] = mapped_column(server_default="en")
    keys: Mapped[Json]
    """Keys and gamepad buttons by action, where they differ from the standard."""
    must_change_password: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[Created]


class BrowserSession(Base):
    """One signed-in browser. The cookie holds the secret, the row only its hash."""

    __tablename__ = "browser_sessions"

    id: Mapped[Id]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    expires_at: Mapped[Moment]
    ended_at: Mapped[MaybeMoment]
    address: Mapped[Words] = mapped_column(server_default="")
    agent: Mapped[Words] = mapped_column(server_default="")


class ApiToken(Base):
    """A bearer token of a person or of one robot; only its hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("num_nonnulls(user_id, robot_id) = 1", name="owner"),)

    id: Mapped[Id]
    name: Mapped[Words]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    robot_id: Mapped[UUID | None] = mapped_column(ForeignKey("robots.id"), index=True)
    created_at: Mapped[Created]
    last_used_at: Mapped[MaybeMoment]
    revoked_at: Mapped[MaybeMoment]
