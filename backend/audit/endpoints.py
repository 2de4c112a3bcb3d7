"""The audit chain over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.audit import service
from backend.audit.schemas import AuditCheck, AuditPage
from backend.web.deps import Admin, Reader, Unit

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
async def read_audit(
    _person: Reader,
    session: Unit,
    before: Annotated[int | None, Query(ge=1, description="Only rows below this seq.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    action: Annotated[
        str | None, Query(max_length=80, description="One kind of rows only.")
    ] = None,
) -> AuditPage:
    """What happened, newest first."""
    return await service.read(session, before, limit, action)


@router.get("/verify")
async def verify_audit(_person: Admin, session: Unit) -> AuditCheck:
    """Recompute every hash of the chain and say where it breaks, if it does."""
    return await service.check(session)
