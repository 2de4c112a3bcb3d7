"""Taking and giving back the lease of a robot: stored, audited, one at a time."""

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.errors import BadRequest, Conflict
from backend.fleet import repository
from backend.fleet.cells import Cell
from backend.fleet.hub import Fleet
from backend.fleet.leases import Holder
from backend.web.sessions import Identity

if TYPE_CHECKING:
    from uuid import UUID


class Leases:
    """Changes of driver."""

    def __init__(self, fleet: Fleet) -> None:
        """All leases start free."""
        self._fleet = fleet
        self._turns: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ensure(self, person: Identity, cell: Cell) -> None:
        """Make sure that this person drives: take a free lease, refuse somebody else's."""
        await self.take(person, cell, takeover=False, reason="")

    async def take(self, person: Identity, cell: Cell, *, takeover: bool, reason: str) -> None:
        """Become the driver."""
        if takeover and not reason.strip():
            raise BadRequest("Say in `reason` why you take over; the other person will see it.")
        async with self._turns[cell.id]:
            holder = cell.lease.holder
            if cell.lease.held_by(person.id):
                self._fleet.present(person.id)
                return
            if holder is not None and not takeover:
                raise Conflict(
                    f"{holder.name} drives {cell.title or cell.name}: ask for it, or take over "
                    "with a reason.",
                    holder={"id": str(holder.id), "name": holder.name},
                    epoch=cell.lease.epoch,
                )
            await self._store(person, cell, holder, reason)

    async def give_back(self, person: Identity, cell: Cell) -> None:
        """Stop being the driver."""
        async with self._turns[cell.id]:
            if not cell.lease.held_by(person.id):
                raise Conflict("You do not drive this robot.")
            entry = self._entry(person, cell, "lease_released", epoch=cell.lease.epoch)
            async with self._fleet.database.unit() as session:
                await audit.append(session, entry)
            self._fleet.release(cell)

    async def _store(
        self, person: Identity, cell: Cell, before: Holder | None, reason: str
    ) -> None:
        async with self._fleet.database.unit() as session:
            epoch = await repository.next_epoch(session, cell.id)
            action = "lease_taken_over" if before else "lease_taken"
            details = {"epoch": epoch, "reason": reason, "from": before.name if before else None}
            await audit.append(session, self._entry(person, cell, action, **details))
        self._fleet.grant(cell, Holder(person.id, person.name), epoch)

    def _entry(self, person: Identity, cell: Cell, action: str, **details: object) -> Entry:
        return Entry(
            actor=person.name,
            action=action,
            at=self._fleet.clock.now(),
            robot_id=cell.id,
            details=details | {"robot": cell.name},
        )
