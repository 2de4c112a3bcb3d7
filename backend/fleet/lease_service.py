"""Taking and giving back the lease of a robot: stored, audited, one at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
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
            action = "lease_taken_over" if holder else "lease_taken"
            details = {"reason": reason, "from": holder.name if holder else None}
            await self._store(cell, Holder(person.id, person.name), person, action, details)

    async def ask(self, person: Identity, cell: Cell) -> None:
        """Let the driver know that this person would like to drive."""
        async with self._turns[cell.id]:
            holder = cell.lease.holder
            if holder is None or cell.lease.held_by(person.id):
                raise Conflict("Nobody else drives this robot: take it.")
            entry = self._entry(person, cell, "lease_asked", of=holder.name)
            async with self._fleet.database.unit() as session:
                await audit.append(session, entry)
            self._fleet.ask(cell, Holder(person.id, person.name))

    async def hand_over(self, person: Identity, cell: Cell) -> None:
        """The driver gives the robot to whoever asked."""
        async with self._turns[cell.id]:
            asking = cell.lease.asking
            if not cell.lease.held_by(person.id):
                raise Conflict("You do not drive this robot.")
            if asking is None:
                raise Conflict("Nobody asks for this robot: release it instead.")
            await self._store(cell, asking, person, "lease_handed_over", {"to": asking.name})

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
        self, cell: Cell, driver: Holder, by: Identity, action: str, details: Mapping[str, object]
    ) -> None:
        async with self._fleet.database.unit() as session:
            epoch = await repository.next_epoch(session, cell.id)
            entry = self._entry(by, cell, action, **{"epoch": epoch, **details})
            await audit.append(session, entry)
        self._fleet.grant(cell, driver, epoch)

    def _entry(self, person: Identity, cell: Cell, action: str, **details: object) -> Entry:
        return Entry(
            actor=person.name,
            action=action,
            at=self._fleet.clock.now(),
            robot_id=cell.id,
            details=details | {"robot": cell.name},
        )
