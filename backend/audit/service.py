"""What is asked of the audit chain."""

from backend.audit import repository
from backend.audit.schemas import AuditCheck, AuditPage, AuditRow
from backend.db import Session
from backend.models import AuditEvent


def as_row(event: AuditEvent) -> AuditRow:
    """A row as it is shown."""
    return AuditRow(
        seq=event.seq,
        id=event.id,
        at=event.at,
        recorded_at=event.recorded_at,
        actor=event.actor,
        action=event.action,
        robot_id=event.robot_id,
        episode_id=event.episode_id,
        details=event.details,
        hash=event.hash.hex(),
    )


async def read(session: Session, before: int | None, limit: int, action: str | None) -> AuditPage:
    """One page, newest first."""
    rows = await repository.page(session, before, limit, action)
    next_before = rows[-1].seq if len(rows) == limit else None
    return AuditPage(items=[as_row(row) for row in rows], next_before=next_before)


async def check(session: Session) -> AuditCheck:
    """Recompute the whole chain."""
    checked, first_bad, last_hash = await repository.verify(session)
    return AuditCheck(
        ok=first_bad is None, checked=checked, first_bad=first_bad, last_hash=last_hash
    )
