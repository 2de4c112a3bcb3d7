"""Queries on tasks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from backend.db import Session
from backend.models import Task

SEEDS = Path(__file__).parent / "seeds.json"


async def seed(session: Session) -> None:
    """Add the tasks that come with the product; those that are there stay as they are."""
    rows: list[dict[str, Any]] = json.loads(SEEDS.read_text(encoding="utf-8"))
    await session.execute(insert(Task).values(rows).on_conflict_do_nothing())


async def find(session: Session, task_id: str) -> Task | None:
    """One task."""
    return await session.get(Task, task_id)


async def everything(session: Session) -> Sequence[Task]:
    """All tasks, by id."""
    return (await session.scalars(select(Task).order_by(Task.id))).all()
