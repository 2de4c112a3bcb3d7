"""Queries on second opinions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from backend.db import Session
from backend.labels.schemas import UNDONE
from backend.models import Episode, Label, Rating, User

First, Second = aliased(User), aliased(User)
DisputeRow = Row[Rating, Label, Episode, str, str]

_DUE = text("""
select e.id from episodes e
join lateral (select labeller_id, outcome, reason from labels where episode_id = e.id
    order by version desc limit 1) l on true
where ('x' || substr(md5(e.id::text), 1, 8))::bit(32)::bigint < :share * 4294967296
    and not (l.outcome = 'discard' and l.reason = :undone)
    and l.labeller_id <> :person
    and not exists (select from ratings where episode_id = e.id)
    and e.id <> all(:but)
order by e.number desc limit :limit
""")


async def due(
    session: Session, person: UUID, share: float, but: Sequence[UUID], limit: int
) -> Sequence[UUID]:
    """Labelled episodes of the share that nobody has judged a second time, newest first."""
    values = {
        "person": person, "share": share, "undone": UNDONE, "but": list(but), "limit": limit,
    }  # fmt: skip
    return (await session.scalars(_DUE, values)).all()


async def current(session: Session, episode_id: UUID) -> Label | None:
    """The label that counts."""
    query = select(Label).where(Label.episode_id == episode_id).order_by(Label.version.desc())
    return await session.scalar(query.limit(1))


async def add(session: Session, row: Rating) -> bool:
    """Store an opinion; False when this person's, or this id, is there already."""
    names = ("id", "episode_id", "rater_id", "label_id", "outcome", "reason", "note")
    values = {name: getattr(row, name) for name in names}
    query = insert(Rating).values(values).on_conflict_do_nothing().returning(Rating.id)
    return await session.scalar(query) is not None


async def pairs(session: Session, since: datetime | None) -> Sequence[tuple[str, str]]:
    """Outcome of the label and of the opinion, for every opinion."""
    query = select(Label.outcome, Rating.outcome).join(Label, Label.id == Rating.label_id)
    if since is not None:
        query = query.where(Rating.created_at >= since)
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def disputes(session: Session, limit: int) -> Sequence[DisputeRow]:
    """Opinions that differ from the label that counts now, newest first."""
    return (await session.execute(_disputes().limit(limit))).all()


def _disputes() -> Select[Rating, Label, Episode, str, str]:
    newest = (
        select(func.max(Label.version))
        .where(Label.episode_id == Rating.episode_id)
        .correlate(Rating)
        .scalar_subquery()
    )
    return (
        select(Rating, Label, Episode, First.display_name, Second.display_name)
        .join(Episode, Episode.id == Rating.episode_id)
        .join(Label, (Label.episode_id == Rating.episode_id) & (Label.version == newest))
        .join(First, First.id == Label.labeller_id)
        .join(Second, Second.id == Rating.rater_id)
        # Whoever looked after the opinion was given has settled it.
        .where(Label.outcome != Rating.outcome, Label.id == Rating.label_id)
        .order_by(Rating.created_at.desc())
    )
