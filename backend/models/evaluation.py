"""Evaluations of checkpoints that people asked for, and what came of them."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Json, MaybeJson, MaybeMoment, Words

EVALUATION_STATES = ("queued", "running", "finished", "failed", "cancelled")
WAITING_STATES = ("queued", "running")


class Evaluation(Base):
    """One checkpoint on fixed simulated starts: asked for by a person, played by the evaluator."""

    __tablename__ = "evaluations"
    __table_args__ = (
        CheckConstraint(f"state in {EVALUATION_STATES}", name="state"),
        CheckConstraint("regime in ('critical', 'full')", name="regime"),
        Index("ix_evaluations_run", "run_id", "created_at"),
        Index(
            "ix_evaluations_waiting",
            "created_at",
            postgresql_where=text(f"state in {WAITING_STATES}"),
        ),
    )

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    version: Mapped[int]
    """Of the checkpoint, which is kept for as long as this row is there."""
    regime: Mapped[Words]
    starts: Mapped[int]
    seed: Mapped[int]
    """Which set of starts."""
    with_base: Mapped[bool]
    """The base policy plays the same starts."""
    with_expert: Mapped[bool]
    """The demonstrator plays all of them too, not only the few that audits compare with."""
    state: Mapped[Words] = mapped_column(server_default="queued")
    worker: Mapped[UUID | None]
    """The life of the evaluator that has it in hand."""
    deaths: Mapped[int] = mapped_column(server_default="0")
    """How often an evaluator died over it."""
    progress: Mapped[float] = mapped_column(server_default="0")
    """Share of all attempts that are made, 0 to 1."""
    standing: Mapped[Json]
    """The newest line of `rlt evaluate --progress json`."""
    command: Mapped[Words] = mapped_column(server_default="")
    """Repeats it at the command line."""
    report: Mapped[MaybeJson]
    """What `rlt evaluate --json` writes, without the attempts."""
    attempts: Mapped[MaybeJson]
    """The attempts of the report, by policy."""
    problem: Mapped[Words] = mapped_column(server_default="")
    """Why it failed, in one sentence."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Created]
    started_at: Mapped[MaybeMoment]
    ended_at: Mapped[MaybeMoment]
