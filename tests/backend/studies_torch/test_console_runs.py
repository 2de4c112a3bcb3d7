"""Runs of the console as policies of an evaluation, over a real Postgres and real files."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from backend.config import Settings
from backend.db import Database
from backend.errors import ConsoleError
from backend.models import Checkpoint, Run
from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.storage.objects import ObjectStore
from backend.storage.weights import pack
from backend.studies.evaluation.console import published, run_of_console
from backend.studies.evaluation.contenders import Contender
from tests.fixtures.cell_rows import CellRows, add_checkpoint, make_cell
from tests.fixtures.frozen import tiny_frozen

FROZEN = tiny_frozen()
LOCK = FROZEN.lock.sha256
CONFIG = RltConfig(hidden=8, chunk=10, execute=5, reference_speed=2.0)


class Shelf:
    """A console's rows and files, without the console."""

    def __init__(self, database: Database, data: Path, ids: CellRows) -> None:
        self.database, self.ids = database, ids
        self.store = ObjectStore(data)
        self.settings = Settings(DATABASE_URL=database.url, data=data)
        self.number = 0

    async def publish(self, version: int, *, lock: str = LOCK, chunk: int = 10) -> UUID:
        config = RltConfig(hidden=8, chunk=chunk, execute=chunk)
        trainer = Rlt(config, FROZEN.dims(chunk), FROZEN.normalisation, version)
        sha256 = self.store.put("checkpoints", pack(trainer.actor_state(), lock_sha256=lock))
        return await add_checkpoint(self.database, self.ids.run_id, version, sha256)

    async def find(self, checkpoint: str = "best", *, run: int | UUID | None = None) -> Contender:
        name = self.number if run is None else run
        return await asyncio.to_thread(published, name, checkpoint, "ethernet", LOCK, self.settings)

    async def change(self, **values: object) -> None:
        async with self.database.unit() as session:
            await session.execute(update(Run).values(**values))


@pytest_asyncio.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    made = Shelf(database, tmp_path, await make_cell(database, CONFIG.to_dict()))
    async with database.unit() as session:
        made.number = (await session.scalars(select(Run.number))).one()
    return made


@pytest.mark.parametrize(
    ("words", "run"),
    [
        ("7", 7),
        ("01890000-0000-7000-8000-000000000007", UUID("01890000-0000-7000-8000-000000000007")),
        ("ethernet-critical-0", None),
        ("data/training/7", None),
    ],
)
def test_numbers_and_ids_are_runs_of_the_console(words: str, run: int | UUID | None) -> None:
    assert run_of_console(words) == run


@pytest.mark.asyncio
async def test_a_checkpoint_plays_at_the_runs_own_pace(shelf: Shelf) -> None:
    checkpoint_id = await shelf.publish(3)
    for run in (shelf.number, shelf.ids.run_id):
        found = await shelf.find("3", run=run)
        assert found.name == f"run:{shelf.number}@3"
        assert found.config == CONFIG
        assert found.snapshot is not None
        assert (found.snapshot.checkpoint_id, found.snapshot.version) == (checkpoint_id, 3)


@pytest.mark.asyncio
async def test_the_best_is_the_promoted_one_else_the_newest(shelf: Shelf) -> None:
    for version in (1, 2, 3):
        await shelf.publish(version)
    for word in ("best", "current"):
        assert (await shelf.find(word)).name.endswith("@3")
    async with shelf.database.unit() as session:
        await session.execute(
            update(Checkpoint).where(Checkpoint.version == 2).values(promoted=True)
        )
    for word in ("best", "current"):
        assert (await shelf.find(word)).name.endswith("@2")


async def refusal(shelf: Shelf, checkpoint: str = "best", *, run: int | UUID | None = None) -> str:
    with pytest.raises(ConsoleError) as caught:
        await shelf.find(checkpoint, run=run)
    return caught.value.detail


@pytest.mark.asyncio
async def test_what_is_not_there_is_one_sentence(shelf: Shelf) -> None:
    assert "has no run 999" in await refusal(shelf, run=999)
    assert "has no run 0000" in await refusal(shelf, run=UUID(int=0))
    assert "published no actor yet" in await refusal(shelf)
    await shelf.publish(1)
    assert "no checkpoint '2'" in await refusal(shelf, "2")
    assert "no checkpoint 'last'" in await refusal(shelf, "last")


@pytest.mark.asyncio
async def test_actors_that_do_not_fit_are_refused_as_the_robots_refuse_them(shelf: Shelf) -> None:
    await shelf.publish(1, lock="other")
    assert "made under lock" in await refusal(shelf)
    await shelf.publish(2, chunk=5)
    assert "decides 5 steps" in await refusal(shelf)
    await shelf.change(task_id="screw")
    assert "practises screw, not ethernet" in await refusal(shelf)
    await shelf.change(algorithm="dagger")
    assert "uses 'dagger'" in await refusal(shelf)


@pytest.mark.asyncio
async def test_a_console_that_does_not_run_is_said(shelf: Shelf, tmp_path: Path) -> None:
    shelf.settings = Settings(DATABASE_URL="", data=tmp_path / "nothing")
    assert "start `rlt up` with this folder" in await refusal(shelf)
