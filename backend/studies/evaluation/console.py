"""Actors of the console's own runs, out of its rows and its object store."""

import asyncio
from uuid import UUID

from backend.config import Settings
from backend.db import UNREACHABLE, Database
from backend.errors import ConfigError, NotFound
from backend.rl.config import RltConfig
from backend.rollout import repository
from backend.rollout.actors import check_fits, load_actor
from backend.rollout.plan import Snapshot
from backend.rollout.repository import CheckpointRow, NamedRun
from backend.storage.objects import ObjectStore
from backend.studies.evaluation.contenders import Contender
from backend.supervisor.postgres import console_url

CURRENT = ("best", "current")
"""Both name the checkpoint that robots play: the promoted one, else the newest."""


def run_of_console(words: str) -> int | UUID | None:
    """The number or id of a run of the console; None when the words name a training's folder."""
    if words.isdecimal():
        return int(words)
    try:
        return UUID(words)
    except ValueError:
        return None


def published(
    name: int | UUID, checkpoint: str, task: str, lock_sha256: str, settings: Settings
) -> Contender:
    """A checkpoint of a run as somebody who plays; raises ConsoleError when there is none.

    Args:
        name: number or id of the run.
        checkpoint: its version, or a word of `CURRENT`.
        task: what is to be played.
        lock_sha256: of the frozen models that play.
        settings: say where rows and files are.
    """
    run, row = asyncio.run(_find(name, checkpoint, settings))
    _check_run(run, task)
    try:
        config = RltConfig.from_dict(run.config)
        actor = load_actor(ObjectStore(settings.data), row.actor_sha256, lock_sha256)
    except (ValueError, TypeError, RuntimeError) as error:
        raise ConfigError(
            f"Checkpoint {row.version} of run {run.number} is no actor: {error}"
        ) from error
    check_fits(actor, config)
    snapshot = Snapshot(checkpoint_id=row.id, version=row.version, actor=actor)
    return Contender(name=f"run:{run.number}@{row.version}", config=config, snapshot=snapshot)


async def _find(
    name: int | UUID, checkpoint: str, settings: Settings
) -> tuple[NamedRun, CheckpointRow]:
    database = Database(console_url(settings), pool_size=1, name="evaluate")
    try:
        async with database.unit() as session:
            run = await repository.run_named(session, name)
            if run is None:
                raise NotFound(f"The console has no run {name}: its Runs page lists them.")
            current = await repository.current_checkpoints(session, [run.id])
            if run.id not in current:
                raise NotFound(f"Run {run.number} has published no actor yet: let it learn first.")
            if checkpoint in CURRENT:
                return run, current[run.id]
            found = None
            if checkpoint.isdecimal():
                found = await repository.checkpoint_numbered(session, run.id, int(checkpoint))
    except UNREACHABLE as error:
        raise ConfigError(
            f"The database of {settings.data} does not answer: start `rlt up` with this folder, "
            "name another with --data, or correct DATABASE_URL."
        ) from error
    finally:
        await database.close()
    if found is None:
        raise NotFound(
            f"Run {run.number} has no checkpoint {checkpoint!r}: its page lists those that are "
            "kept; `current` is the one that plays."
        )
    return run, found


def _check_run(run: NamedRun, task: str) -> None:
    if run.algorithm != "rlt":
        raise ConfigError(f"Run {run.number} uses {run.algorithm!r}, which is not played here.")
    if run.task_id != task:
        raise ConfigError(
            f"Run {run.number} practises {run.task_id}, not {task}: evaluate it there."
        )
