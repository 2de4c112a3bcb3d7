"""The evaluator over a real Postgres, with a stand-in for `rlt` that really runs as a process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest
import pytest_asyncio
from sqlalchemy import select

from backend.audit import repository as audit
from backend.db import Database, follow, notify
from backend.evaluator import play, repository
from backend.evaluator.worker import Worker
from backend.kit.clock import SystemClock
from backend.kit.ids import uuid7
from backend.models import Evaluation
from tests.fixtures.cell_rows import CellRows, make_cell

pytestmark = pytest.mark.asyncio

FAKE = (sys.executable, str(Path(__file__).with_name("fake_rlt.py")))
PLAYS, ALARMS, MISTAKE, CRASH, FOR_EVER, STUBBORN, LEAVES_A_ROBOT = range(7)
PATIENCE_S = 60.0


class Hall:
    """Evaluations, and the evaluators that play them."""

    def __init__(self, database: Database, data: Path, ids: CellRows) -> None:
        self.database, self.data, self.ids = database, data, ids

    async def ask(self, behaviour: int, **values: Any) -> UUID:
        row = Evaluation(
            id=uuid7(), run_id=self.ids.run_id, version=12, regime="critical", starts=10,
            seed=behaviour, with_base=True, with_expert=False, **values,
        )  # fmt: skip
        async with self.database.unit() as session:
            session.add(row)
            await session.flush()
            await notify(session, "evaluation", row.id)
        return row.id

    async def row(self, evaluation_id: UUID) -> Evaluation:
        async with self.database.unit() as session:
            found = await session.get(Evaluation, evaluation_id)
        assert found is not None
        return found

    @asynccontextmanager
    async def evaluator(self) -> AsyncIterator[Worker]:
        worker = Worker(self.database, SystemClock(), self.data, FAKE)
        tasks = [
            asyncio.create_task(worker.run()),
            asyncio.create_task(follow(self.database.url, worker.heard)),
        ]
        try:
            yield worker
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended

    async def until(self, evaluation_id: UUID, wanted: Callable[[Evaluation], bool]) -> Evaluation:
        """Looks from outside, as a page does."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted(row := await self.row(evaluation_id)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return row

    async def ended(self, evaluation_id: UUID) -> Evaluation:
        return await self.until(evaluation_id, lambda row: row.ended_at is not None)

    async def playing(self, behaviour: int) -> tuple[UUID, psutil.Process]:
        """A job whose command goes on and on."""
        evaluation_id = await self.ask(behaviour)
        await self.until(evaluation_id, lambda row: row.progress > 0)
        return evaluation_id, psutil.Process(int((self.data / "pid").read_text()))

    async def events(self) -> list[str]:
        async with self.database.unit() as session:
            return [event.action for event in await audit.after(session, 0, 100)]


@pytest_asyncio.fixture
async def hall(database: Database, tmp_path: Path) -> Hall:
    return Hall(database, tmp_path, await make_cell(database))


async def test_a_job_is_played_and_its_report_stored(hall: Hall) -> None:
    async with hall.evaluator():
        row = await hall.ended(await hall.ask(PLAYS))
    assert (row.state, row.progress, row.worker, row.problem) == ("finished", 1.0, None, "")
    assert row.command.startswith("rlt evaluate ethernet --policy run:")
    assert row.command.endswith(
        f"@12,base --regime critical --episodes 10 --seed 0 --data {hall.data}"
    )
    assert row.standing["done"] in (1, 2)
    assert row.report is not None
    assert "rows" not in row.report["policies"]["base"]
    assert row.attempts == {
        "run": [{"start": 0}, {"start": 1}],
        "base": [{"start": 0}, {"start": 1}],
    }
    assert row.started_at is not None
    assert await hall.events() == ["evaluation_finished"]


async def test_what_plays_steps_aside(hall: Hall) -> None:
    async with hall.evaluator():
        await hall.ended(await hall.ask(PLAYS))
    *words, niceness = json.loads((hall.data / "words.json").read_text())
    assert words[-4:-1] == ["--progress", "json", "--json"]
    assert niceness == min(19, os.nice(0) + play.NICENESS)


async def test_alarms_are_a_result_and_mistakes_and_crashes_are_none(hall: Hall) -> None:
    ids = [await hall.ask(behaviour) for behaviour in (ALARMS, MISTAKE, CRASH, PLAYS)]
    async with hall.evaluator():
        rows = [await hall.ended(one) for one in ids]
    assert [row.state for row in rows] == ["finished", "failed", "failed", "finished"]
    assert rows[0].report is not None
    assert rows[0].report["alarms"] == ["odd"]
    assert rows[1].problem == "Run 1 practises screw: evaluate it there."
    assert rows[2].problem.startswith("`rlt evaluate` ended with signal 9 (a robot says hello)")
    starts = [row.started_at for row in rows]
    assert starts == sorted(starts, key=str), "one after the other, in the order of asking"


@pytest.mark.parametrize("behaviour", [FOR_EVER, STUBBORN])
async def test_a_cancelled_job_is_ended_at_once_and_the_next_one_played(
    hall: Hall, behaviour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "PATIENCE_S", 0.2)
    async with hall.evaluator():
        evaluation_id, process = await hall.playing(behaviour)
        async with hall.database.unit() as session:
            row = await session.get_one(Evaluation, evaluation_id)
            row.state, row.worker = "cancelled", None
            await session.flush()
            await notify(session, "evaluation", row.id)
        after = await hall.ended(await hall.ask(PLAYS))
    assert after.state == "finished"
    assert not process.is_running()
    assert (await hall.row(evaluation_id)).state == "cancelled"


async def test_a_robot_that_lingers_does_not_hold_up_the_end(hall: Hall) -> None:
    async with hall.evaluator():
        row = await hall.ended(await hall.ask(LEAVES_A_ROBOT))
    robot = psutil.Process(int((hall.data / "pid").read_text()))
    assert robot.is_running()
    robot.kill()
    assert row.state == "finished"


async def test_one_that_stops_gives_its_job_back_unharmed(hall: Hall) -> None:
    async with hall.evaluator():
        evaluation_id, process = await hall.playing(FOR_EVER)
    assert not process.is_running()
    row = await hall.row(evaluation_id)
    assert (row.state, row.deaths, row.worker, row.progress) == ("queued", 0, None, 0.0)


async def test_what_a_dead_evaluator_left_is_played_once_more_and_then_given_up(
    hall: Hall,
) -> None:
    once = await hall.ask(PLAYS, state="running", worker=uuid4(), progress=0.5)
    twice = await hall.ask(PLAYS, state="running", worker=uuid4(), deaths=1)
    async with hall.evaluator():
        played, given_up = await hall.ended(once), await hall.ended(twice)
    assert (played.state, played.deaths) == ("finished", 1)
    assert (given_up.state, given_up.report) == ("failed", None)
    assert "died over this evaluation twice" in given_up.problem


async def test_two_evaluators_never_take_the_same_job(hall: Hall) -> None:
    ids = [await hall.ask(PLAYS) for _ in range(2)]
    now, me, other = SystemClock().now(), uuid4(), uuid4()
    async with hall.database.unit() as first, hall.database.unit() as second:
        mine = await repository.take(first, me, hall.data, now)
        theirs = await repository.take(second, other, hall.data, now)
        assert mine is not None
        assert theirs is not None
        assert {mine.id, theirs.id} == set(ids)
    async with hall.database.unit() as session:
        assert await repository.is_ours(session, mine, me)
        assert not await repository.is_ours(session, mine, other)
        assert not await repository.note(session, mine, other, {"done": 1, "of": 2})
        await repository.fail(session, mine, other, now, "not mine")
    assert (await hall.row(mine.id)).state == "running"


async def test_a_lost_notification_costs_a_second_at_most(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "heard", lambda *_: None)
    async with hall.evaluator():
        assert (await hall.ended(await hall.ask(PLAYS))).state == "finished"


async def test_rows_are_those_of_the_queue(hall: Hall) -> None:
    evaluation_id = await hall.ask(PLAYS, state="cancelled")
    async with hall.database.unit() as session:
        assert await repository.take(session, uuid4(), hall.data, SystemClock().now()) is None
        states = (await session.scalars(select(Evaluation.state))).all()
    assert list(states) == ["cancelled"]
    assert (await hall.row(evaluation_id)).started_at is None
