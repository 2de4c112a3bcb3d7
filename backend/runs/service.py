"""Making and steering runs."""

import subprocess
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.audit.schemas import AuditRow
from backend.audit.service import as_row
from backend.db import Session
from backend.errors import BadRequest, Conflict, NotFound
from backend.kit.ids import uuid7
from backend.models import Checkpoint, Run
from backend.reports.statistics import wilson
from backend.runs import algorithms, repository
from backend.runs.repository import RunRow
from backend.runs.schemas import (
    Curves,
    HandOffFigures,
    NewRun,
    RunItem,
    SaidFigures,
    SuccessFigures,
    SuggestionItem,
    TuningChanges,
    TuningItem,
)
from backend.web.sessions import Identity

STEPS_PER_SECOND = 50
LEARNING = {"running", "paused"}
"""States in which a learner has the run."""
NEXT_STATE = {
    "pause": ({"running"}, "paused"),
    "resume": ({"paused"}, "running"),
    "stop": (LEARNING, "stopped"),
}
"""Deed: the states it may be done in, and the state it leads to."""


@lru_cache
def code_revision() -> str:
    """The commit of the running code, so that a result can be repeated; empty outside git."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip()


async def read_all(session: Session, task_id: str | None) -> list[RunItem]:
    """All runs, newest first."""
    return await _items(session, await repository.runs(session, task_id))


async def read(session: Session, run_id: UUID) -> RunItem:
    """One run."""
    row = await repository.run(session, run_id)
    if row is None:
        raise NotFound("There is no such run.")
    return (await _items(session, [row]))[0]


async def create(session: Session, person: Identity, new: NewRun, now: datetime) -> RunItem:
    """Make a run and give it robots."""
    if not await repository.task_exists(session, new.task_id):
        raise NotFound(f"There is no task {new.task_id}.")
    config = algorithms.complete(new.algorithm, new.task_id, new.config)
    found = await repository.robots(session, new.robot_ids)
    if len(found) != len(set(new.robot_ids)):
        raise NotFound("One of these robots does not exist.")
    for robot in found:
        if robot.task_id not in {None, new.task_id}:
            raise Conflict(f"{robot.name} does {robot.task_id} now: switch its task first.")
    run = Run(
        id=uuid7(),
        name=new.name or f"{new.task_id} {now:%d %b %H:%M}",
        task_id=new.task_id,
        kind=new.kind,
        regime=new.regime,
        algorithm=new.algorithm,
        config=config,
        seed=new.seed,
        code_revision=code_revision(),
        created_by=person.id,
    )
    await repository.add(session, run)
    await repository.assign(session, new.robot_ids, run.id)
    await _record(session, person, "run_created", now, run)
    return await read(session, run.id)


async def steer(
    session: Session, person: Identity, run_id: UUID, deed: str, now: datetime
) -> RunItem:
    """Pause, resume or stop a run."""
    run = await repository.locked(session, run_id)
    if run is None:
        raise NotFound("There is no such run.")
    allowed, state = NEXT_STATE[deed]
    if run.state not in allowed:
        raise Conflict(f"Run {run.number} is {run.state}; it cannot {deed}.", state=run.state)
    run.state = state
    run.ended_at = now if state == "stopped" else None
    await repository.flush(session, run)
    await _record(session, person, f"run_{state if deed != 'resume' else 'resumed'}", now, run)
    return await read(session, run_id)


async def tune(
    session: Session, person: Identity, run_id: UUID, changes: TuningChanges, now: datetime
) -> RunItem:
    """Change settings of a run that goes on."""
    run = await repository.locked(session, run_id)
    if run is None:
        raise NotFound("There is no such run.")
    if run.state not in LEARNING:
        raise Conflict(f"Run {run.number} is {run.state}: nothing learns from it.", state=run.state)
    asked = changes.model_dump(exclude_unset=True)
    if not asked:
        raise BadRequest("Nothing to change was named.")
    before, run.tuning = run.tuning, algorithms.tuned(run.algorithm, run.tuning, asked)
    names = [name for name in asked if before.get(name) != run.tuning.get(name)]
    if names:
        await repository.flush(session, run)
        details = {
            "before": {n: before.get(n) for n in names},
            "after": {n: asked[n] for n in names},
        }
        await _record(session, person, "run_tuned", now, run, **details)
    return await read(session, run_id)


async def events(session: Session, run_id: UUID, limit: int) -> list[AuditRow]:
    """The newest events of a run and of its newest attempts, oldest first."""
    found = await repository.events(session, run_id, limit)
    return [as_row(event) for event in reversed(found)]


async def checkpoints(session: Session, run_id: UUID | None) -> Sequence[Checkpoint]:
    """Published actors, newest first."""
    return await repository.checkpoints(session, run_id)


async def suggestion(session: Session, run_id: UUID) -> SuggestionItem | None:
    """What was learned from people last, and how far it can be believed."""
    row = await repository.newest_suggestion(session, run_id)
    if row is None:
        return None
    hand_off, success = row.figures["hand_off"], row.figures["success"]
    return SuggestionItem(
        id=row.id,
        version=row.version,
        attempts=row.attempts,
        created_at=row.created_at,
        hand_off=hand_off and _hand_off(hand_off),
        success=success and _success(success),
        said=[
            SaidFigures(
                automatic=automatic,
                attempts=attempts,
                agreed=agreed,
                interval=wilson(agreed, attempts),
                brier=brier,
            )
            for automatic, attempts, agreed, brier in await repository.said(session, run_id)
        ],
    )


def _hand_off(figures: dict[str, Any]) -> HandOffFigures:
    right, suggested, switched = (figures[k] for k in ("right", "suggestions", "switches"))
    return HandOffFigures(
        **figures,
        precision=right / suggested if suggested else None,
        precision_interval=wilson(right, suggested),
        recall=right / switched if switched else None,
        recall_interval=wilson(right, switched),
    )


def _success(figures: dict[str, Any]) -> SuccessFigures:
    interval = wilson(figures["agreed"], figures["attempts"])
    return SuccessFigures(**figures, agreement_interval=interval)


async def promote(
    session: Session, person: Identity, checkpoint_id: UUID, now: datetime
) -> Checkpoint:
    """Let this actor play rather than the newest; learning goes on from it, too."""
    found = await repository.checkpoint(session, checkpoint_id)
    if found is None:
        raise NotFound("There is no such checkpoint.")
    run = await repository.locked(session, found.run_id)
    assert run is not None
    await repository.promote(session, run.id, checkpoint_id)
    newest = await repository.newest_version(session, run.id)
    if run.state in LEARNING and found.version < newest:
        times = run.tuning.get("times_back", 0) + 1
        run.tuning = {**run.tuning, "back_to": found.version, "times_back": times}
        await repository.flush(session, run)
    await _record(session, person, "checkpoint_promoted", now, run, version=found.version)
    return found


async def follow(session: Session, person: Identity, run_id: UUID, now: datetime) -> RunItem:
    """Let the newest actor play again."""
    run = await repository.locked(session, run_id)
    if run is None:
        raise NotFound("There is no such run.")
    await repository.promote(session, run_id, None)
    await _record(session, person, "run_follows_newest", now, run)
    return await read(session, run_id)


async def curves(session: Session, run_id: UUID, names: str, since: int, max_points: int) -> Curves:
    """Curves of a run, thinned out."""
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if len(chosen) > 50:
        raise BadRequest("Ask for at most 50 curves at once.")
    series: dict[str, list[tuple[int, float, int, float]]] = {name: [] for name in chosen}
    for name, point, at, updates, value in await repository.curves(
        session, run_id, chosen, since, max_points
    ):
        series.setdefault(name, []).append((point, at, updates, value))
    return Curves(series=series)


async def _items(session: Session, rows: Sequence[RunRow]) -> list[RunItem]:
    robots = await repository.robots_of(session)
    tallies = await repository.tallies(session, [row[0].id for row in rows])
    versions = await repository.versions(session)
    items = []
    for run, maker in rows:
        tally = tallies.get(run.id, {"episodes": 0, "successes": 0, "steps": 0})
        newest, promoted = versions.get(run.id, (0, None))
        shown = {name: getattr(run, name) for name in COPIED}
        item = RunItem(
            **shown,
            tuning=TuningItem.model_validate(run.tuning),
            created_by=maker,
            robot_ids=robots.get(run.id, []),
            episodes=tally["episodes"],
            successes=tally["successes"],
            active_seconds=tally["steps"] / STEPS_PER_SECOND,
            newest_version=newest,
            promoted_version=promoted,
        )
        items.append(item)
    return items


COPIED = (
    "id", "number", "name", "task_id", "kind", "regime", "algorithm", "config", "seed",
    "code_revision", "state", "created_at", "ended_at",
)  # fmt: skip


async def _record(
    session: Session, person: Identity, action: str, now: datetime, run: Run, **details: object
) -> None:
    shown = details | {"run_id": run.id, "number": run.number, "name": run.name}
    await audit.append(session, Entry(actor=person.name, action=action, at=now, details=shown))
