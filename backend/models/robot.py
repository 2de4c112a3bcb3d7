"""Tasks and the cells that do them."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Json, MaybeMoment, Words


class Task(Base):
    """What is to be done: `ethernet`, or one that a user adds."""

    __tablename__ = "tasks"

    id: Mapped[Words] = mapped_column(primary_key=True)
    title: Mapped[Json]
    """By language: {"en": …, "zh": …}."""
    instruction: Mapped[Words]
    references: Mapped[Json]
    """Recorded reference figures by regime: base and teleoperation median steps and throughput."""
    failure_reasons: Mapped[Json]
    """By language, a list of up to five."""
    created_at: Mapped[Created]


class Robot(Base):
    """One arm with its cameras, driven by one bridge."""

    __tablename__ = "robots"
    __table_args__ = (CheckConstraint("kind in ('simulated', 'real')", name="kind"),)

    id: Mapped[Id]
    name: Mapped[Words] = mapped_column(unique=True)
    title: Mapped[Words] = mapped_column(server_default="")
    kind: Mapped[Words]
    task_id: Mapped[Words | None] = mapped_column(ForeignKey("tasks.id"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id", use_alter=True))
    """The run that new episodes belong to."""
    spec: Mapped[Json]
    """What the bridge said in its last Hello: cameras, limits, rates. The robot owns it."""
    lease_epoch: Mapped[int] = mapped_column(server_default="0")
    """Grows with every change of driver; commands of an older epoch are refused by the bridge."""
    last_seen_at: Mapped[MaybeMoment]
    created_at: Mapped[Created]
    retired_at: Mapped[MaybeMoment]
