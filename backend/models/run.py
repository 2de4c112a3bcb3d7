"""Runs and what the learner leaves behind: checkpoints and metric points."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Json, MaybeMoment, Moment, Words

RUN_STATES = ("running", "paused", "stopped", "finished")


class Run(Base):
    """One training or evaluation campaign on a task."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint(f"state in {RUN_STATES}", name="state"),
        CheckConstraint("regime in ('critical', 'full')", name="regime"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    name: Mapped[Words]
    task_id: Mapped[Words] = mapped_column(ForeignKey("tasks.id"))
    kind: Mapped[Words] = mapped_column(server_default="training")
    regime: Mapped[Words]
    algorithm: Mapped[Words]
    config: Mapped[Json]
    tuning: Mapped[Json]
    """What a person changed while it goes on; what is not named is as configured."""
    seed: Mapped[int] = mapped_column(server_default="0")
    code_revision: Mapped[Words] = mapped_column(server_default="")
    state: Mapped[Words] = mapped_column(server_default="running")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    ended_at: Mapped[MaybeMoment]


class Checkpoint(Base):
    """A published actor (and, for resuming, the learner's whole state)."""

    __tablename__ = "checkpoints"
    __table_args__ = (UniqueConstraint("run_id", "version"),)

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    version: Mapped[int]
    """1, 2, 3 … within the run; stamped on every step the actor makes. 0 is the base policy."""
    actor_sha256: Mapped[Words]
    learner_sha256: Mapped[Words | None]
    """Optimiser, critics, counters: what --resume needs. Kept for the newest few only."""
    updates: Mapped[int] = mapped_column(BigInteger)
    transitions: Mapped[int] = mapped_column(BigInteger)
    lock_sha256: Mapped[Words]
    """Hash over VLA, token, normalisation and action space; a mismatch is refused."""
    metrics: Mapped[Json]
    promoted: Mapped[bool] = mapped_column(server_default="false")
    """Rolled back to by a person: the rollout plays this one rather than the newest."""
    created_at: Mapped[Created]


class Suggestion(Base):
    """What was learned from people in a run: when to hand off, and what a success looks like."""

    __tablename__ = "suggestions"
    __table_args__ = (UniqueConstraint("run_id", "version"),)

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    version: Mapped[int]
    """1, 2, 3 … within the run."""
    file_sha256: Mapped[Words]
    lock_sha256: Mapped[Words]
    """As of a checkpoint: a mismatch is refused."""
    attempts: Mapped[int]
    """Judged attempts that it was learned from."""
    figures: Mapped[Json]
    """Held out by attempt: `hand_off` and `success`, null where there was too little to learn."""
    created_at: Mapped[Created]


class SuggestedOutcome(Base):
    """What a suggestion said of an attempt that it had not been learned from."""

    __tablename__ = "suggested_outcomes"

    episode_id: Mapped[UUID] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    suggestion_id: Mapped[UUID] = mapped_column(ForeignKey("suggestions.id"), index=True)
    success: Mapped[float]
    """Probability."""
    created_at: Mapped[Created]


class MetricPoint(Base):
    """One value of one curve of one run."""

    __tablename__ = "metric_points"
    __table_args__ = (Index("ix_metric_points_run_name_id", "run_id", "name", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    name: Mapped[Words]
    at: Mapped[Moment]
    updates: Mapped[int] = mapped_column(BigInteger, server_default="0")
    value: Mapped[float]
