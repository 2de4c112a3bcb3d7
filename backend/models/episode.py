"""Episodes, their segments, and the labels people give them."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, MaybeJson, MaybeMoment, Moment, Words

OUTCOMES = ("success", "failure", "discard")


class Episode(Base):
    """One attempt, written once it is over and its file is on disk, in one transaction.

    The id is made by the bridge. `file_sha256` addresses the steps and pictures.
    """

    __tablename__ = "episodes"
    __table_args__ = (
        CheckConstraint("regime in ('critical', 'full')", name="regime"),
        Index("ix_episodes_ended_at", "ended_at"),
        Index("ix_episodes_run_number", "run_id", "number"),
        Index("ix_episodes_robot_number", "robot_id", "number"),
        Index("ix_episodes_task_ended_at", "task_id", "ended_at"),
        Index("ix_episodes_written_xid", "written_xid"),
        Index("ix_episodes_waiting", "number", postgresql_where=text("not judged")),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    robot_id: Mapped[UUID] = mapped_column(ForeignKey("robots.id"))
    task_id: Mapped[Words] = mapped_column(ForeignKey("tasks.id"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"))
    regime: Mapped[Words]
    seed: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment]
    started_by: Mapped[Words] = mapped_column(server_default="")
    steps: Mapped[int]
    critical_steps: Mapped[int]
    """Steps from the hand-off on (all of them in the critical regime): the active time."""
    hand_off_step: Mapped[int] = mapped_column(server_default="-1")
    interventions: Mapped[int] = mapped_column(server_default="0")
    human_steps: Mapped[int] = mapped_column(server_default="0")
    reset_seconds: Mapped[float] = mapped_column(server_default="0")
    ended_by: Mapped[Words]
    truncated: Mapped[bool]
    policy_version: Mapped[int] = mapped_column(server_default="0")
    """Newest actor version that made a step; 0 if only the base policy and people drove."""
    peak_force: Mapped[float] = mapped_column(server_default="0")
    truth: Mapped[MaybeJson]
    """The simulator's own verdict, for audits; null on real robots."""
    file_sha256: Mapped[Words] = mapped_column(unique=True)
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    judged: Mapped[bool] = mapped_column(server_default="false")
    """Whether its newest label says something; kept by triggers, for an index of what waits."""
    written_xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
    """Commit-ordered cursor for followers: read below pg_snapshot_xmin(pg_current_snapshot())."""


class Segment(Base):
    """A maximal stretch of one phase inside an episode, steps [start, end)."""

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("episode_id", "start_step"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"))
    phase: Mapped[Words]
    start_step: Mapped[int]
    end_step: Mapped[int]
    policy_version: Mapped[int] = mapped_column(server_default="0")


class Label(Base):
    """One judgement. Append-only: a correction is a new row that supersedes the older one.

    There is no foreign key to episodes: a person may judge an attempt in the instant before its row
    is written, and the bridge's journal makes sure that the row follows.
    """

    __tablename__ = "labels"
    __table_args__ = (
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        UniqueConstraint("episode_id", "version"),
        Index("ix_labels_written_xid", "written_xid"),
    )

    id: Mapped[Id]
    """Made by the client, so that a double click is one label."""
    episode_id: Mapped[UUID]
    version: Mapped[int]
    """1 for the first judgement of an episode, then 2, 3 …; the highest counts."""
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("labels.id"))
    outcome: Mapped[Words]
    reason: Mapped[Words] = mapped_column(server_default="")
    note: Mapped[Words] = mapped_column(server_default="")
    step: Mapped[int] = mapped_column(server_default="-1")
    """Robot step the person had seen when deciding; -1 when judged from the queue."""
    labeller_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    automatic: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[Created]
    decided_at: Mapped[MaybeMoment]
    written_xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
