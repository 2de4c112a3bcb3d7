"""Queries on robots and commands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.db import Session, notify
from backend.models import ApiToken, Command, Episode, Label, Robot, Run, Task


async def robots(session: Session) -> Sequence[Robot]:
    """All robots in use, by name."""
    query = select(Robot).where(Robot.retired_at.is_(None)).order_by(Robot.name)
    return (await session.scalars(query)).all()


async def robot(session: Session, robot_id: UUID) -> Robot | None:
    """One robot."""
    return await session.get(Robot, robot_id)


async def by_name(session: Session, name: str) -> Robot | None:
    """The robot of that name."""
    return await session.scalar(select(Robot).where(Robot.name == name))


async def add(session: Session, row: Robot | ApiToken) -> None:
    """Store a new robot or its token."""
    session.add(row)
    await session.flush()


async def change(session: Session, robot_id: UUID, values: dict[str, Any]) -> Robot | None:
    """Change a robot's row and wake the followers."""
    query = update(Robot).where(Robot.id == robot_id).values(**values).returning(Robot)
    found = await session.scalar(query, execution_options={"populate_existing": True})
    await notify(session, "robot", robot_id)
    return found


async def touch(seen: dict[UUID, datetime], session: Session) -> None:
    """Note when robots were last heard."""
    for robot_id, at in seen.items():
        await session.execute(update(Robot).where(Robot.id == robot_id).values(last_seen_at=at))


async def next_epoch(session: Session, robot_id: UUID) -> int:
    """A larger lease epoch, stored."""
    query = (
        update(Robot)
        .where(Robot.id == robot_id)
        .values(lease_epoch=Robot.lease_epoch + 1)
        .returning(Robot.lease_epoch)
    )
    return (await session.execute(query)).scalar_one()


async def register_task(session: Session, task_id: str, instruction: str) -> None:
    """Make sure that a task named by a robot exists, so that rows can point at it."""
    values = {"id": task_id, "title": {"en": task_id}, "instruction": instruction}
    await session.execute(insert(Task).values(values).on_conflict_do_nothing())


async def run_for(session: Session, robot_id: UUID, task_id: str) -> UUID | None:
    """The run of a robot that does this task: its own if it fits, else the newest that learns."""
    own = await session.scalar(
        select(Run.id)
        .join(Robot, Robot.run_id == Run.id)
        .where(Robot.id == robot_id, Run.task_id == task_id)
    )
    if own is not None:
        return own
    learning = (Run.task_id == task_id) & (Run.kind == "training") & (Run.state == "running")
    query = select(Run.id).where(learning).order_by(Run.number.desc()).limit(1)
    return await session.scalar(query)


async def run(session: Session, run_id: UUID) -> Run | None:
    """One run."""
    return await session.get(Run, run_id)


async def insert_command(session: Session, values: dict[str, Any]) -> bool:
    """Store a command once; False when its id is there already."""
    query = insert(Command).values(values).on_conflict_do_nothing().returning(Command.id)
    return (await session.scalar(query)) is not None


async def command(session: Session, command_id: UUID) -> Command | None:
    """One command."""
    return await session.get(Command, command_id)


async def answer_command(session: Session, command_id: UUID, values: dict[str, Any]) -> None:
    """Store what came of a command."""
    await session.execute(update(Command).where(Command.id == command_id).values(**values))


async def unlabelled_newest(session: Session, robot_id: UUID) -> UUID | None:
    """The newest episode of a robot, if nobody has judged it."""
    judged = exists().where(Label.episode_id == Episode.id)
    query = (
        select(Episode.id, judged)
        .where(Episode.robot_id == robot_id)
        .order_by(Episode.number.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return row[0] if row and not row[1] else None
