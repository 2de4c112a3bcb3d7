"""Commands given to robots, and the append-only audit chain."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Json, MaybeMoment, Moment, Words


class Command(Base):
    """An order to a robot and what came of it."""

    __tablename__ = "commands"

    id: Mapped[Id]
    robot_id: Mapped[UUID] = mapped_column(ForeignKey("robots.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[Words]
    args: Mapped[Json]
    lease_epoch: Mapped[int]
    frame_seen: Mapped[int] = mapped_column(server_default="-1")
    created_at: Mapped[Created]
    answered_at: Mapped[MaybeMoment]
    ok: Mapped[bool | None]
    error: Mapped[Words] = mapped_column(server_default="")
    step: Mapped[int] = mapped_column(server_default="-1")


class AuditEvent(Base):
    """One thing that happened, chained by hash to the one before; a trigger refuses changes."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_episode_id", "episode_id"),
        Index("ix_audit_events_robot_id_seq", "robot_id", "seq"),
        Index(
            "ix_audit_events_run",
            text("(details ->> 'run_id')"),
            "seq",
            postgresql_where=text("details ? 'run_id'"),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps; given under a lock so that the chain is linear."""
    id: Mapped[UUID] = mapped_column(unique=True)
    """Made where it happened (bridge, browser, server), so that a repeat is stored once."""
    at: Mapped[Moment]
    recorded_at: Mapped[Created]
    actor: Mapped[Words]
    """User name, robot name or process."""
    action: Mapped[Words]
    robot_id: Mapped[UUID | None]
    episode_id: Mapped[UUID | None]
    details: Mapped[Json]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
    """SHA-256 over previous_hash and this row, made by Postgres: `backend.audit.repository`."""
