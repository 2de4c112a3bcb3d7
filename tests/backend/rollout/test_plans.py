"""Which actor a run plays, over a real Postgres and real files."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import torch
from sqlalchemy import update

from backend.db import Database
from backend.models import Checkpoint, Run
from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rollout.plan import Plan
from backend.rollout.plans import Plans
from backend.storage.objects import ObjectStore
from backend.storage.weights import pack
from tests.fixtures.cell_rows import CellRows, add_checkpoint, make_cell
from tests.fixtures.frozen import tiny_frozen

pytestmark = pytest.mark.asyncio

FROZEN = tiny_frozen()
LOCK = FROZEN.lock.sha256
CONFIG = RltConfig(hidden=8)


class Bench:
    """Plans, and the means to publish."""

    def __init__(self, database: Database, data: Path, ids: CellRows) -> None:
        self.database = database
        self.ids = ids
        self.store = ObjectStore(data)
        self.plans = Plans(database, self.store, self._lock_of)

    async def _lock_of(self, _: str) -> str:
        return LOCK

    def actor(self, seed: int, *, lock: str = LOCK, poison: float = 0.0, chunk: int = 10) -> str:
        config = RltConfig(hidden=8, chunk=chunk, execute=chunk)
        trainer = Rlt(config, FROZEN.dims(chunk), FROZEN.normalisation, seed)
        tensors = trainer.actor_state()
        tensors["actor.net.0.weight"][0, 0] += poison
        return self.store.put("checkpoints", pack(tensors, lock_sha256=lock))

    async def publish(self, version: int, sha256: str) -> UUID:
        return await add_checkpoint(
            self.database, self.ids.run_id, version, sha256, lock_sha256=LOCK
        )

    async def plan(self) -> Plan:
        await self.plans.refresh()
        plan = self.plans.now(self.ids.run_id)
        assert plan is not None
        return plan

    async def version(self) -> int:
        snapshot = (await self.plan()).snapshot
        return snapshot.version if snapshot else 0


@pytest_asyncio.fixture
async def bench(database: Database, tmp_path: Path) -> Bench:
    return Bench(database, tmp_path, await make_cell(database, {"hidden": 8, "gamma": 0.98}))


async def test_a_run_without_checkpoints_is_in_warm_up(bench: Bench) -> None:
    plan = await bench.plan()
    assert plan.snapshot is None
    assert plan.config.gamma == 0.98


async def test_the_newest_checkpoint_is_played(bench: Bench) -> None:
    await bench.publish(1, bench.actor(1))
    assert await bench.version() == 1
    await bench.publish(2, bench.actor(2))
    assert await bench.version() == 2


async def test_a_promoted_checkpoint_goes_before_newer_ones(bench: Bench) -> None:
    first = await bench.publish(1, bench.actor(1))
    await bench.publish(2, bench.actor(2))
    await bench.version()
    for promoted, version in ((True, 1), (False, 2)):
        async with bench.database.unit() as session:
            await session.execute(
                update(Checkpoint).where(Checkpoint.id == first).values(promoted=promoted)
            )
        assert await bench.version() == version


async def test_checkpoints_that_do_not_fit_are_refused_and_the_last_good_one_stays(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.publish(1, bench.actor(1))
    await bench.version()
    torn = bench.actor(5)
    path = bench.store.path("checkpoints", torn)
    path.write_bytes(path.read_bytes()[:-1])
    bad = {
        "lock": bench.actor(2, lock="other"),
        "not numbers": bench.actor(3, poison=float("nan")),
        "missing": "0" * 64,
        "damaged": torn,
        "decides 5 steps": bench.actor(6, chunk=5),
        "not an actor": bench.store.put(
            "checkpoints", pack({"w": torch.zeros(1)}, lock_sha256=LOCK)
        ),
    }
    for version, (words, sha256) in enumerate(bad.items(), start=2):
        await bench.publish(version, sha256)
        assert await bench.version() == 1
        assert words in caplog.text
        caplog.clear()
        assert await bench.version() == 1
        assert caplog.text == ""
    await bench.publish(20, bench.actor(9))
    assert await bench.version() == 20


async def test_an_unknown_run_is_told_from_one_that_is_not_read_yet(bench: Bench) -> None:
    unknown = uuid4()
    bench.plans._asked[unknown] = None
    await bench.plans.refresh()
    assert unknown in bench.plans._unknown


async def test_a_changed_configuration_is_taken_over(bench: Bench) -> None:
    await bench.publish(1, bench.actor(1))
    await bench.version()
    async with bench.database.unit() as session:
        await session.execute(update(Run).values(config={"hidden": 8, "gamma": 0.97}))
    plan = await bench.plan()
    assert plan.config.gamma == 0.97
    assert plan.snapshot is not None


@pytest.mark.parametrize("values", [{"algorithm": "sac"}, {"config": {"gama": 1}}])
async def test_a_run_that_cannot_be_played_is_refused_aloud(
    bench: Bench, values: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    async with bench.database.unit() as session:
        await session.execute(update(Run).values(**values))
    await bench.plans.refresh()
    assert bench.plans.now(bench.ids.run_id) is None
    assert str(bench.ids.run_id) in caplog.text
