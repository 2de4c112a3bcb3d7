"""The audit chain as JSON."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from backend.kit.schemas import Schema


class AuditRow(Schema):
    """One thing that happened."""

    seq: int = Field(description="1, 2, 3 … without gaps.")
    id: UUID
    at: datetime = Field(description="When it happened, by the clock of where it happened.")
    recorded_at: datetime
    actor: str = Field(description="User name, robot name or process.")
    action: str
    robot_id: UUID | None
    episode_id: UUID | None
    details: dict[str, Any]
    hash: str = Field(description="SHA-256 over the hash before and this row, hexadecimal.")


class AuditPage(Schema):
    """Newest first."""

    items: list[AuditRow]
    next_before: int | None = Field(description="Pass as `before` for the next page.")


class AuditCheck(Schema):
    """Whether the chain is whole."""

    ok: bool
    checked: int = Field(description="Rows looked at.")
    first_bad: int | None = Field(description="Lowest seq that does not fit the row before it.")
    last_hash: str = Field(
        description="Hash of the newest row. Kept elsewhere, it also proves that no tail was cut."
    )
