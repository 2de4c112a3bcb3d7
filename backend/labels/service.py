"""Storing judgements: idempotent by id, guarded by version, audited in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import UUID

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Session
from backend.errors import Conflict, NotFound
from backend.fleet.commands import Commands
from backend.fleet.hub import Fleet
from backend.labels import repository
from backend.labels.repository import Judged
from backend.labels.schemas import (
    UNDONE,
    LabelAnswer,
    LabelBody,
    LabelItem,
    LabellerItem,
    Outcome,
    UndoBody,
)
from backend.models import Label
from backend.web.sessions import Identity


def is_undone(label: Label) -> bool:
    """Whether this row takes the only judgement back."""
    return label.outcome == "discard" and label.reason == UNDONE


class Author(Protocol):
    """Who judged: a row, or the person who does it now."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def display_name(self) -> str: ...  # noqa: D102


def item_of(judged: tuple[Label, Author]) -> LabelItem:
    """A label as JSON."""
    label, user = judged
    return LabelItem(
        id=label.id,
        episode_id=label.episode_id,
        version=label.version,
        supersedes=label.supersedes,
        outcome=cast(Outcome, label.outcome),
        undone=is_undone(label),
        reason=label.reason,
        note=label.note,
        step=label.step,
        labeller=LabellerItem(id=user.id, name=user.name, display_name=user.display_name),
        automatic=label.automatic,
        created_at=label.created_at,
        decided_at=label.decided_at,
    )


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A label and whether this request stored it."""

    answer: LabelAnswer
    created: bool


class Labels:
    """The room's service."""

    def __init__(self, fleet: Fleet, commands: Commands) -> None:
        """The fleet knows which episodes are under way; commands end them."""
        self._fleet = fleet
        self._commands = commands

    async def judge(self, person: Identity, episode_id: UUID, body: LabelBody) -> Stored:
        """Append a judgement; a live episode also ends."""

        def build(current: Label | None) -> Label:
            if current is not None and body.seen_version != current.version:
                raise _Overtaken
            return Label(
                id=body.id,
                outcome=body.outcome,
                reason=body.reason,
                note=body.note,
                step=body.step,
                decided_at=body.decided_at,
            )

        stored = await self._append(person, episode_id, body.id, build, "label")
        live = self._fleet.live_robot(episode_id)
        if live is not None and body.end_episode:
            self._commands.end_for_label(person, live, body.id)
        return stored

    async def undo(self, person: Identity, episode_id: UUID, body: UndoBody) -> Stored:
        """Append a revision that says what the label before said, or that nothing was said."""
        async with self._fleet.database.unit() as session:
            undone = await repository.label(session, body.label_id)
            if undone is None or undone[0].episode_id != episode_id:
                raise NotFound("There is no such label of this episode.")
            before = undone[0].supersedes
            earlier = await repository.label(session, before) if before else None

        def build(current: Label | None) -> Label:
            if current is None or current.id != body.label_id:
                raise _Overtaken
            if earlier is None:
                return Label(id=body.id, outcome="discard", reason=UNDONE, note="")
            old = earlier[0]
            return Label(id=body.id, outcome=old.outcome, reason=old.reason, note=old.note)

        return await self._append(person, episode_id, body.id, build, "label_undone")

    async def _append(
        self,
        person: Identity,
        episode_id: UUID,
        label_id: UUID,
        build: Callable[[Label | None], Label],
        action: str,
    ) -> Stored:
        async with self._fleet.database.unit() as session:
            # One writer at a time: versions grow by one and the same id meets its first self.
            await audit.lock(session)
            before = await repository.before(session, episode_id, label_id)
            if (again := next((one for one in before if one[0].id == label_id), None)) is not None:
                return _repeated(again, episode_id)
            robot_id = await self._known(session, episode_id)
            current = before[-1] if before else None
            try:
                row = build(current[0] if current else None)
            except _Overtaken:
                raise _conflict(current) from None
            row.episode_id = episode_id
            row.version = current[0].version + 1 if current else 1
            row.supersedes = current[0].id if current else None
            row.labeller_id = person.id
            row.automatic = person.automatic
            await repository.insert(session, row)
            entry = self._entry(person, row, current, robot_id, action)
            await audit.append(session, entry, locked=True)
            item = item_of((row, person))
        self._fleet.judged(episode_id, labelled=not item.undone)
        return Stored(answer=LabelAnswer(label=item, version=item.version), created=True)

    async def _known(self, session: Session, episode_id: UUID) -> UUID | None:
        """The robot that announced the episode, if it is known; NotFound for an unknown episode."""
        cell = self._fleet.announced_by(episode_id)
        if cell is not None:
            return cell.id
        if await repository.episode_exists(session, episode_id):
            return None
        robot_id = await audit.announced(session, episode_id)
        if robot_id is None:
            raise NotFound("There is no such episode, neither recorded nor under way.")
        return robot_id

    def _entry(
        self,
        person: Identity,
        row: Label,
        current: Judged | None,
        robot_id: UUID | None,
        action: str,
    ) -> Entry:
        return Entry(
            actor=person.name,
            action=action,
            at=self._fleet.clock.now(),
            robot_id=robot_id,
            episode_id=row.episode_id,
            details={
                "label_id": row.id,
                "version": row.version,
                "outcome": row.outcome,
                "reason": row.reason,
                "step": row.step,
                "automatic": row.automatic,
                "before": current[0].outcome if current else None,
            },
        )


class _Overtaken(Exception):
    """Somebody else's label is newer than the one seen."""


def _repeated(again: Judged, episode_id: UUID) -> Stored:
    if again[0].episode_id != episode_id:
        raise Conflict("This label id was used for another episode: make a new one.")
    item = item_of(again)
    return Stored(answer=LabelAnswer(label=item, version=item.version), created=False)


def _conflict(current: Judged | None) -> Conflict:
    if current is None:
        return Conflict("There is no label to undo.", label=None, version=0)
    item = item_of(current)
    return Conflict(
        f"{item.labeller.display_name} judged this episode meanwhile: {item.outcome}. "
        "Look at it, then judge again.",
        label=item.model_dump(mode="json"),
        version=item.version,
    )
