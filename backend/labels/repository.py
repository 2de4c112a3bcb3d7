"""Queries on labels."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select

from backend.db import Session, notify
from backend.models import Episode, Label, User

Judged = tuple[Label, User]


async def label(session: Session, label_id: UUID) -> Judged | None:
    """One label with its author."""
    return _pair((await session.execute(_query().where(Label.id == label_id))).one_or_none())


async def before(session: Session, episode_id: UUID, label_id: UUID) -> Sequence[Judged]:
    """The labels of an episode, oldest first, and the one of this id wherever it belongs."""
    query = _query().where((Label.episode_id == episode_id) | (Label.id == label_id))
    rows = (await session.execute(query.order_by(Label.version))).all()
    return [(row[0], row[1]) for row in rows]


async def history(session: Session, episode_id: UUID) -> Sequence[Judged]:
    """All labels of an episode, oldest first."""
    query = _query().where(Label.episode_id == episode_id).order_by(Label.version)
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def several(session: Session, label_ids: Sequence[UUID]) -> Sequence[Judged]:
    """These labels, in the order of their versions and times."""
    if not label_ids:
        return []
    query = _query().where(Label.id.in_(label_ids)).order_by(Label.created_at, Label.version)
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def insert(session: Session, row: Label) -> None:
    """Append a label and wake the followers."""
    session.add(row)
    await session.flush()
    await notify(session, "label", row.id)


async def episode_exists(session: Session, episode_id: UUID) -> bool:
    """Whether the episode's row is there."""
    return await session.scalar(select(Episode.id).where(Episode.id == episode_id)) is not None


def _query() -> Select[Label, User]:
    return select(Label, User).join(User, User.id == Label.labeller_id)


def _pair(row: Row[Label, User] | None) -> Judged | None:
    return None if row is None else (row[0], row[1])
