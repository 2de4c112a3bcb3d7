"""Second opinions: judgements beside the label that counts, given without seeing it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Created, Id, Words
from backend.models.episode import OUTCOMES


class Rating(Base):
    """One second opinion. It changes no figure and no reward; it is compared, nothing more."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        UniqueConstraint("episode_id", "rater_id"),
        Index("ix_ratings_created_at", "created_at"),
    )

    id: Mapped[Id]
    """Made by the client, so that a double click is one opinion."""
    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    rater_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    label_id: Mapped[UUID] = mapped_column(ForeignKey("labels.id"))
    """The label that counted then, and that this opinion is compared with."""
    outcome: Mapped[Words]
    reason: Mapped[Words] = mapped_column(server_default="")
    note: Mapped[Words] = mapped_column(server_default="")
    created_at: Mapped[Created]
