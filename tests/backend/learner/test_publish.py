from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import torch
from sqlalchemy import select, update

from backend.db import Database
from backend.errors import Unavailable
from backend.kit.clock import SystemClock
from backend.learner import publish, repository
from backend.learner.gauge import Point
from backend.learner.loop import Publication
from backend.learner.publish import STATES_KEPT, Publisher
from backend.learner.trainee import Counters
from backend.models import Checkpoint, MetricPoint
from backend.storage.objects import ObjectStore
from tests.fixtures.cell_rows import make_cell

pytestmark = pytest.mark.asyncio


class Desk:
    """A publisher and what it has said."""

    def __init__(self, database: Database, data: Path, run_id: UUID) -> None:
        self.database = database
        self.store = ObjectStore(data)
        self.run_id = run_id
        self.versions: list[int] = []
        self.publisher = Publisher(
            database, self.store, SystemClock(), lambda _, version: self.versions.append(version)
        )

    async def publish(self, number: int, *, state: bool = False) -> None:
        self.publisher._take(self.publication(number, state=state))
        await self.publisher.flush()

    def publication(self, number: int, *, state: bool = False) -> Publication:
        weights = {"w": torch.tensor([float(number)])}
        return Publication(
            run_id=self.run_id, lock_sha256="l", actor=weights,
            state={"s": torch.tensor([float(number)])} if state else None,
            counters=Counters(), updates=number, windows=0, figures={},
        )  # fmt: skip

    async def rows(self) -> list[Checkpoint]:
        async with self.database.unit() as session:
            return list(await session.scalars(select(Checkpoint).order_by(Checkpoint.version)))


async def test_versions_count_up(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    for number in range(3):
        await desk.publish(number)
    assert desk.versions == [1, 2, 3]
    assert [row.updates for row in await desk.rows()] == [0, 1, 2]


async def test_learner_states_are_kept_for_the_newest_only(
    database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    for number in range(STATES_KEPT + 2):
        await desk.publish(number, state=True)
    kept = [row.version for row in await desk.rows() if row.learner_sha256]
    assert kept == [3, 4, 5]
    files = {name for r in await desk.rows() for name in (r.actor_sha256, r.learner_sha256) if name}
    assert set(desk.store.names("checkpoints")) == files


async def test_checkpoints_are_thinned_but_never_the_promoted(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_newest = 2
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    for number in range(4):
        await desk.publish(number)
    minute = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.unit() as session:
        await session.execute(update(Checkpoint).values(created_at=minute))
        await session.execute(
            update(Checkpoint)
            .where(Checkpoint.version == 4)
            .values(created_at=minute + timedelta(minutes=1))
        )
        await session.execute(
            update(Checkpoint).where(Checkpoint.version == 2).values(promoted=True)
        )
    monkeypatch.setattr(publish, "CHECKPOINTS_KEPT", kept_newest)
    for number in range(4, 4 + kept_newest):
        await desk.publish(number)
    kept = [row.version for row in await desk.rows()]
    assert kept[:3] == [1, 2, 4]
    assert len(kept) == 3 + kept_newest
    assert len(list(desk.store.names("checkpoints"))) == len(kept)


async def test_points_become_curves(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    points = [
        Point(run_id=desk.run_id, name="q_mean", updates=number, value=number / 2)
        for number in range(3)
    ]
    desk.publisher._note(desk.publisher._points.extend, points)
    await desk.publisher.flush()
    async with database.unit() as session:
        stored = list(await session.scalars(select(MetricPoint).order_by(MetricPoint.id)))
    assert [(p.name, p.updates, p.value) for p in stored] == [
        ("q_mean", 0, 0.0),
        ("q_mean", 1, 0.5),
        ("q_mean", 2, 1.0),
    ]


async def test_what_cannot_be_written_waits_in_order(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    points = [Point(run_id=desk.run_id, name="q_mean", updates=n, value=float(n)) for n in range(3)]
    desk.publisher._note(desk.publisher._points.extend, points)

    async def down(*_: object) -> None:
        raise Unavailable("The database is down.")

    with monkeypatch.context() as patched:
        patched.setattr(repository, "write_points", down)
        with pytest.raises(Unavailable):
            await desk.publisher.flush()
    await desk.publisher.flush()
    async with database.unit() as session:
        stored = list(await session.scalars(select(MetricPoint.value).order_by(MetricPoint.id)))
    assert stored == [0.0, 1.0, 2.0]


async def test_an_actor_that_waits_is_replaced_by_a_newer_one_but_a_state_is_not(
    database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, tmp_path, (await make_cell(database)).run_id)
    desk.publisher._take(desk.publication(1))
    desk.publisher._take(desk.publication(2, state=True))
    desk.publisher._take(desk.publication(3))
    await desk.publisher.flush()
    (row,) = await desk.rows()
    assert row.updates == 2
    assert row.learner_sha256 is not None
