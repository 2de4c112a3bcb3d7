"""Orders to robots: who may give them, each id once, and what came of them."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Session
from backend.errors import Conflict, Unavailable
from backend.fleet import repository
from backend.fleet.cells import Cell
from backend.fleet.hub import Fleet
from backend.fleet.lease_service import Leases
from backend.fleet.link import BridgeLink
from backend.fleet.schemas import CommandAnswer, CommandBody
from backend.fleet.starts import start_args
from backend.web.deps import check
from backend.web.permissions import Permission
from backend.web.sessions import Identity
from robot_bridge.protocol.messages import Command, CommandKind, CommandResult

REMEMBERED = 2000

Given = asyncio.Task[CommandAnswer]


def _draw_seed() -> int:
    return random.randrange(2**31)


class Commands:
    """Gives orders to bridges and remembers the answers."""

    def __init__(
        self,
        fleet: Fleet,
        leases: Leases,
        *,
        label_first: bool,
        draw: Callable[[], int] = _draw_seed,
    ) -> None:
        """`label_first` refuses a new episode while the last one is unlabelled."""
        self._fleet = fleet
        self._leases = leases
        self._label_first = label_first
        self._draw = draw
        self._given: OrderedDict[UUID, Given] = OrderedDict()

    async def give(self, person: Identity, robot_id: UUID, body: CommandBody) -> CommandAnswer:
        """Give an order and wait for the answer; the same id again gets the same answer."""
        cell = self._fleet.cell(robot_id)
        if body.kind != "stop":
            check(person, Permission.DRIVE)
        given = self._given.get(body.id)
        if given is None:
            given = asyncio.create_task(self._give(person, cell, body))
            self._remember(body.id, given)
        # The order goes on when its sender hangs up: a repeat then finds the answer.
        return await asyncio.shield(given)

    def end_for_label(self, person: Identity, cell: Cell, label_id: UUID) -> None:
        """End the episode under way because it has been judged. Needs no lease: it is over."""
        body = CommandBody(
            id=uuid5(label_id, "end_episode"), kind="end_episode", args={"ended_by": "label"}
        )
        link = cell.link
        if link is None or body.id in self._given:
            return
        given = asyncio.create_task(self._tell(person, cell, link, body))
        self._remember(body.id, given)

    def _remember(self, command_id: UUID, given: Given) -> None:
        self._given[command_id] = given
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)

        def forget_failures(task: Given) -> None:
            # What never reached the robot may be tried again with the same id.
            if task.cancelled() or task.exception() is not None:
                self._given.pop(command_id, None)

        given.add_done_callback(forget_failures)

    async def _give(self, person: Identity, cell: Cell, body: CommandBody) -> CommandAnswer:
        link = cell.link
        if link is None:
            raise Unavailable(f"{cell.title or cell.name} is not connected: look at its bridge.")
        if body.kind == "stop":
            return await self._tell(person, cell, link, body)
        await self._leases.ensure(person, cell)
        async with self._fleet.database.unit() as session:
            args = await self._args(session, cell, body)
            values = self._row(person, cell, body, args)
            if not await repository.insert_command(session, values):
                return await self._earlier(session, body.id)
        return await self._ask(person, cell, link, body, args)

    async def _tell(
        self, person: Identity, cell: Cell, link: BridgeLink, body: CommandBody
    ) -> CommandAnswer:
        """The order goes out first; its row follows when the database answers."""
        values = self._row(person, cell, body, body.args)

        async def job(session: Session) -> None:
            await repository.insert_command(session, values)

        asked = asyncio.create_task(self._ask(person, cell, link, body, body.args))
        self._fleet.recorder.put(job)
        return await asked

    async def _ask(
        self,
        person: Identity,
        cell: Cell,
        link: BridgeLink,
        body: CommandBody,
        args: dict[str, Any],
    ) -> CommandAnswer:
        command = Command(
            id=body.id,
            kind=CommandKind(body.kind),
            args=args,
            issued_by=person.name,
            lease_epoch=cell.lease.epoch,
            frame_seen=body.frame_seen,
        )
        try:
            result = await link.ask(command)
        except Unavailable as error:
            self._record(person, cell, command, None, error.detail)
            raise
        self._record(person, cell, command, result, result.error)
        return CommandAnswer(
            id=result.id,
            ok=result.ok,
            error=result.error,
            step=result.step,
            episode_id=result.episode_id,
        )

    async def _args(self, session: Session, cell: Cell, body: CommandBody) -> dict[str, Any]:
        if body.kind != "start_episode":
            return body.args
        if self._label_first and cell.needs_label:
            raise Conflict(
                "Label the last episode first.", episode_id=str(cell.last_ended), needs="label"
            )
        run = await repository.run(session, cell.run_id) if cell.run_id else None
        return start_args(run, cell.task_id, body.args, self._draw)

    async def _earlier(self, session: Session, command_id: UUID) -> CommandAnswer:
        row = await repository.command(session, command_id)
        if row is None or row.ok is None:
            raise Conflict("This command was given before and has no answer: give a new one.")
        return CommandAnswer(id=row.id, ok=row.ok, error=row.error, step=row.step, episode_id=None)

    def _row(
        self, person: Identity, cell: Cell, body: CommandBody, args: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "id": body.id,
            "robot_id": cell.id,
            "user_id": person.id,
            "kind": body.kind,
            "args": args,
            "lease_epoch": cell.lease.epoch,
            "frame_seen": body.frame_seen,
        }

    def _record(
        self,
        person: Identity,
        cell: Cell,
        command: Command,
        result: CommandResult | None,
        error: str,
    ) -> None:
        now = self._fleet.clock.now()
        ok = result.ok if result else None
        step = result.step if result else -1
        live = result.episode_id if result else cell.live_episode
        entry = Entry(
            actor=person.name,
            action="command",
            at=now,
            robot_id=cell.id,
            episode_id=live,
            details={
                "id": command.id,
                "kind": command.kind.value,
                "args": command.args,
                "ok": ok,
                "error": error,
                "step": step,
                "frame_seen": command.frame_seen,
                "lease_epoch": command.lease_epoch,
                "robot": cell.name,
            },
        )
        answer = {"answered_at": now if result else None, "ok": ok, "error": error, "step": step}

        async def job(session: Session) -> None:
            await repository.answer_command(session, command.id, answer)
            await audit.append(session, entry)

        self._fleet.recorder.put(job)
