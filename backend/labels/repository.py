"""Queries on labels."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from backend.db import Session, notify
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


# ── second opinions ───────────────────────────────────────────────────────────────────────────


async def due_opinions(
    session: Session, person: UUID, share: float, but: Sequence[UUID], limit: int
) -> Sequence[UUID]:
    """Labelled episodes of the share that nobody has judged a second time, newest first."""
    values = {
        "person": person, "share": share, "undone": UNDONE, "but": list(but), "limit": limit,
    }  # fmt: skip
    return (await session.scalars(_DUE, values)).all()


async def newest(session: Session, episode_id: UUID) -> Label | None:
    """The label that counts."""
    query = select(Label).where(Label.episode_id == episode_id).order_by(Label.version.desc())
    return await session.scalar(query.limit(1))


async def add_opinion(session: Session, row: Rating) -> bool:
    """Store an opinion; False when this person's, or this id, is there already."""
    names = ("id", "episode_id", "rater_id", "label_id", "outcome", "reason", "note")
    values = {name: getattr(row, name) for name in names}
    query = upsert(Rating).values(values).on_conflict_do_nothing().returning(Rating.id)
    return await session.scalar(query) is not None


async def opinion_pairs(session: Session, since: datetime | None) -> Sequence[tuple[str, str]]:
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
