"""Queries on the audit chain. The hashes are made and checked by Postgres, in one statement each.

hash = SHA-256(previous_hash ‖ UTF-8 of the jsonb text of
[seq, id, at (UTC, microseconds), actor, action, robot_id, episode_id, details]);
the row before the first counts as 32 zero bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text

from backend.db import CHANNEL, Session
from backend.kit.ids import uuid7
from backend.kit.plain import plain
from backend.models import AuditEvent

CHAIN_LOCK = 7_215_002
"""Advisory lock that makes the chain linear."""

_ROW = """jsonb_build_array(
    seq, id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    actor, action, robot_id, episode_id, details)::text"""
_HASH = f"sha256(previous_hash || convert_to({_ROW}, 'UTF8'))"
_GENESIS = "decode(repeat('00', 32), 'hex')"

_APPEND = text(f"""
with newest as (select seq, hash from audit_events order by seq desc limit 1),
entry as (
    select coalesce((select seq from newest), 0) + 1 as seq, cast(:id as uuid) as id,
        cast(:at as timestamptz) as at, cast(:actor as text) as actor,
        cast(:action as text) as action, cast(:robot_id as uuid) as robot_id,
        cast(:episode_id as uuid) as episode_id, cast(:details as jsonb) as details,
        coalesce((select hash from newest), {_GENESIS}) as previous_hash),
added as (
    insert into audit_events
        (seq, id, at, actor, action, robot_id, episode_id, details, previous_hash, hash)
    select seq, id, at, actor, action, robot_id, episode_id, details, previous_hash, {_HASH}
    from entry on conflict (id) do nothing returning seq)
select seq, pg_notify('{CHANNEL}', json_build_object('kind', 'event', 'id', seq::text)::text)
from added
""")  # noqa: S608  only constants of this module are filled in

_VERIFY = text(f"""
select count(*), min(seq) filter (where bad),
    encode(coalesce((select hash from audit_events order by seq desc limit 1), {_GENESIS}), 'hex')
from (
    select seq, hash <> {_HASH}
        or previous_hash <> coalesce(lag(hash) over chain, {_GENESIS})
        or seq <> row_number() over chain as bad
    from audit_events window chain as (order by seq)) as rows
""")  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is to be recorded."""

    actor: str
    action: str
    at: datetime
    robot_id: UUID | None = None
    episode_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)
    """Made where it happened; a second row of the same id is not stored."""


async def lock(session: Session) -> None:
    """Wait for the end of the chain; held until the transaction ends."""
    await session.execute(text(f"select pg_advisory_xact_lock({CHAIN_LOCK})"))


async def append(session: Session, entry: Entry, *, locked: bool = False) -> int | None:
    """Add one row and wake the followers; None when this id is there already.

    `locked`: this transaction holds the chain's lock already.
    """
    if not locked:
        await lock(session)
    values = {
        "id": entry.id,
        "at": entry.at,
        "actor": plain(entry.actor),
        "action": plain(entry.action),
        "robot_id": entry.robot_id,
        "episode_id": entry.episode_id,
        "details": orjson.dumps(plain(entry.details)).decode(),
    }
    row = (await session.execute(_APPEND, values)).one_or_none()
    return row[0] if row else None


async def page(
    session: Session, before: int | None, limit: int, action: str | None = None
) -> Sequence[AuditEvent]:
    """Rows below `before`, newest first; those of one action alone when it is given."""
    query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    if action is not None:
        query = query.where(AuditEvent.action == action)
    return (await session.scalars(query)).all()


async def after(session: Session, seq: int, limit: int) -> Sequence[AuditEvent]:
    """Rows above `seq`, oldest first."""
    query = select(AuditEvent).where(AuditEvent.seq > seq).order_by(AuditEvent.seq).limit(limit)
    return (await session.scalars(query)).all()


async def newest_seq(session: Session) -> int:
    """The end of the chain; 0 when it is empty."""
    found = await session.scalar(select(AuditEvent.seq).order_by(AuditEvent.seq.desc()).limit(1))
    return found or 0


async def verify(session: Session) -> tuple[int, int | None, str]:
    """Rows checked, the first that does not fit, and the newest hash."""
    checked, first_bad, newest = (await session.execute(_VERIFY)).one()
    return checked, first_bad, newest


async def announced(session: Session, episode_id: UUID) -> UUID | None:
    """The robot whose bridge announced this episode, if one did."""
    query = (
        select(AuditEvent.robot_id)
        .where(AuditEvent.episode_id == episode_id, AuditEvent.action == "episode_started")
        .limit(1)
    )
    return await session.scalar(query)
