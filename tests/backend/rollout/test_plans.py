"""Which actor a run plays, over a real Postgres and real files."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import torch
from sqlalchemy import select, update

from backend.db import Database
from backend.models import Checkpoint, MetricPoint, Run
from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.fall_back import Drove
from backend.rollout.plan import Plan
from backend.rollout.plans import Plans
from backend.rollout.repository import judged_attempts
from backend.storage.objects import ObjectStore
from backend.storage.weights import pack
from robot_bridge.protocol.messages import Source
from tests.fixtures.attempt import Attempt
from tests.fixtures.cell_rows import CellRows, add_checkpoint, add_label, make_cell
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.stored import store_attempt

pytestmark = pytest.mark.asyncio

FROZEN = tiny_frozen()
LOCK = FROZEN.lock.sha256
CONFIG = RltConfig(hidden=8, chunk=10)


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
    return Bench(
        database, tmp_path, await make_cell(database, {"hidden": 8, "chunk": 10, "gamma": 0.98})
    )


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
        await session.execute(update(Run).values(config={"hidden": 8, "chunk": 10, "gamma": 0.97}))
    plan = await bench.plan()
    assert plan.config.gamma == 0.97
    assert plan.snapshot is not None


async def test_what_people_change_is_taken_over_without_a_new_actor(bench: Bench) -> None:
    await bench.publish(1, bench.actor(1))
    before = await bench.plan()
    async with bench.database.unit() as session:
        await session.execute(update(Run).values(tuning={"exploration_chunk": 0.1}))
    plan = await bench.plan()
    assert plan.tuning.exploration_chunk == 0.1
    assert plan.snapshot is before.snapshot


@pytest.mark.parametrize(
    "values", [{"algorithm": "sac"}, {"config": {"gama": 1}}, {"tuning": {"beta": 9}}]
)
async def test_a_run_that_cannot_be_played_is_refused_aloud(
    bench: Bench, values: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    async with bench.database.unit() as session:
        await session.execute(update(Run).values(**values))
    await bench.plans.refresh()
    assert bench.plans.now(bench.ids.run_id) is None
    assert str(bench.ids.run_id) in caplog.text


async def test_an_actor_that_does_worse_than_the_base_policy_rests(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def judged(_session: object, _run_id: UUID) -> list[Drove]:
        base = [Drove(by_actor=False, success=True)] * 30
        return base + [Drove(by_actor=True, success=False)] * failures

    monkeypatch.setattr("backend.rollout.repository.judged_attempts", judged)
    await bench.publish(1, bench.actor(1))
    failures = 19
    assert await bench.version() == 1
    failures = 20
    assert await bench.version() == 0
    await bench.publish(2, bench.actor(2))
    assert await bench.version() == 0
    failures = 30
    assert await bench.version() == 2
    async with bench.database.unit() as session:
        points = await session.execute(
            select(MetricPoint.value).where(MetricPoint.name == "resting").order_by(MetricPoint.id)
        )
    assert list(points.scalars()) == [1.0, 0.0]


async def test_a_person_who_promotes_an_actor_has_the_last_word(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def judged(_session: object, _run_id: UUID) -> list[Drove]:
        return [Drove(False, True)] * 30 + [Drove(True, False)] * 20

    monkeypatch.setattr("backend.rollout.repository.judged_attempts", judged)
    first = await bench.publish(1, bench.actor(1))
    assert await bench.version() == 0
    async with bench.database.unit() as session:
        await session.execute(
            update(Checkpoint).where(Checkpoint.id == first).values(promoted=True)
        )
    assert await bench.version() == 1


async def test_attempts_are_judged_by_their_newest_labels(bench: Bench) -> None:
    async def read() -> list[Drove]:
        async with bench.database.unit() as session:
            return await judged_attempts(session, bench.ids.run_id)

    attempts = [
        Attempt(run_id=bench.ids.run_id),
        Attempt(run_id=bench.ids.run_id, version=lambda _: 3, source=lambda _: Source.RL),
        Attempt(run_id=bench.ids.run_id, hand_off_step=-1),
    ]
    for attempt in attempts:
        await store_attempt(bench.database, bench.store, bench.ids, attempt)
    assert await read() == []
    for attempt in attempts:
        await add_label(bench.database, bench.ids, attempt.episode_id, "failure")
    assert await read() == [Drove(False, False), Drove(True, False)]
    await add_label(bench.database, bench.ids, attempts[1].episode_id, "success", 2)
    await add_label(bench.database, bench.ids, attempts[0].episode_id, "discard", 2)
    assert await read() == [Drove(True, True)]
