"""Cursors over committed rows.

Transactions commit out of the order of their numbers. Below the horizon every one has ended, so a
cursor that only moves up to it never skips a row; rows between it and the present may be seen
again, and the reader drops those that it has sent.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text

from backend.db import Session
from backend.models import Episode, Label


async def horizon(session: Session) -> int:
    """The oldest transaction still under way; all below it have ended."""
    query = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    found: int = (await session.execute(query)).scalar_one()
    return found


async def labels_since(session: Session, cursor: int) -> Sequence[UUID]:
    """Labels written by transactions from `cursor` on."""
    query = select(Label.id).where(Label.written_xid >= cursor).order_by(Label.written_xid)
    return (await session.scalars(query)).all()


async def episodes_since(session: Session, cursor: int) -> Sequence[UUID]:
    """Episodes written by transactions from `cursor` on."""
    query = select(Episode.id).where(Episode.written_xid >= cursor).order_by(Episode.written_xid)
    return (await session.scalars(query)).all()
