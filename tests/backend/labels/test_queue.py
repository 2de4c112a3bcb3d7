"""What waits for a judgement: right after every label, and found without reading what does not."""

from typing import Any

import pytest
from sqlalchemy import event, text

from backend.db import Database
from backend.episodes import repository
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_label, add_rows, episode_row

pytestmark = pytest.mark.asyncio

JUDGED = 3000


async def waiting(database: Database, **of: Any) -> tuple[list[int], int]:
    async with database.unit() as session:
        rows, total = await repository.unlabelled(
            session, of.get("robot"), of.get("task"), but=[], limit=20
        )
    return [row[0].number for row in rows], total


async def test_each_label_says_whether_its_episode_still_waits(console: Console) -> None:
    robot, _ = await console.robot()
    await console.person("labeller")
    user = console.users["labeller"]
    episode = await add_episode(console.database, robot)
    other = await add_episode(console.database, robot, task_id="screw")
    database = console.database
    assert await waiting(database) == ([episode.number, other.number], 2)
    assert await waiting(database, task="screw") == ([other.number], 1)
    await add_label(database, episode, user, "success")
    assert await waiting(database) == ([other.number], 1)
    await add_label(database, episode, user, "discard", version=2, reason="undone")
    assert await waiting(database, task="ethernet") == ([episode.number], 1)
    await add_label(database, episode, user, "discard", version=3)
    assert await waiting(database, robot=robot) == ([other.number], 1)


async def test_an_episode_that_was_judged_before_its_row_came_never_waits(
    console: Console,
) -> None:
    robot, _ = await console.robot()
    await console.person("labeller")
    episode = episode_row(robot)
    await add_label(console.database, episode, console.users["labeller"], "failure")
    await add_rows(console.database, episode)
    assert await waiting(console.database) == ([], 0)


async def test_the_queue_reads_what_waits_and_nothing_else(console: Console) -> None:
    robot, _ = await console.robot()
    await console.person("labeller")
    await add_rows(console.database, *(episode_row(robot) for _ in range(JUDGED + 3)))
    async with console.database.unit() as session:
        await session.execute(
            text(
                "insert into labels (id, episode_id, version, outcome, labeller_id) "
                "select gen_random_uuid(), id, 1, 'success', :user from episodes "
                "order by number limit :count"
            ),
            {"user": console.users["labeller"], "count": JUDGED},
        )
    async with console.database.unit() as session:
        await session.execute(text("analyze episodes"))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    engine = console.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    assert (await waiting(console.database))[1] == 3
    event.remove(engine, "before_cursor_execute", note)
    for statement, values in asked:
        async with console.database.engine.connect() as connection:
            plan = await connection.exec_driver_sql(f"explain (costs off) {statement}", values)
            shown = "\n".join(row[0] for row in plan)
        assert "ix_episodes_waiting" in shown
        assert "Seq Scan on episodes" not in shown
    assert len(asked) == 2
