"""The rows that a console starts with."""

from datetime import UTC, datetime

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.accounts import repository as accounts
from backend.accounts.passwords import Passwords
from backend.db import Database
from backend.errors import ConfigError
from backend.fleet import repository as fleet
from backend.models import Robot, Run
from backend.runs import repository as runs
from backend.supervisor.seed import Planted, SignIn, Wanted, seed
from backend.web.sessions import digest

pytestmark = pytest.mark.asyncio

QUICK = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
TOKENS = {f"sim-{number}": f"key {number}" for number in range(3, 6)} | {
    "sim-1": "one",
    "sim-2": "two",
    "autopilot": "three",
}


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


async def planted(database: Database, robots: int, tasks: tuple[str, ...]) -> Planted:
    wanted = Wanted(robots=robots, tasks=tasks, admin_password="")
    return await seed(database, wanted, TOKENS, clock=Noon(), passwords=QUICK)


async def plant(database: Database, *, robots: int = 2, task: str = "ethernet") -> SignIn:
    return (await planted(database, robots, (task,))).sign_in


async def robot(database: Database, name: str) -> Robot:
    async with database.unit() as session:
        found = await fleet.by_name(session, name)
    assert found is not None
    return found


async def all_runs(database: Database) -> list[Run]:
    async with database.unit() as session:
        return [row[0] for row in await runs.runs(session, None)]


async def test_the_first_start_makes_everything_and_says_how_to_sign_in(database: Database) -> None:
    words = await plant(database)
    assert words.secret
    assert words.words.startswith("sign in as admin with the password ")
    first, second = await robot(database, "sim-1"), await robot(database, "sim-2")
    (run,) = await all_runs(database)
    assert (run.task_id, run.algorithm, run.state, run.kind) == (
        "ethernet",
        "rlt",
        "running",
        "training",
    )
    assert first.run_id == second.run_id == run.id
    assert first.task_id == "ethernet"
    async with database.unit() as session:
        owner = await accounts.robot_of_token(session, digest("two"))
        pilot = await accounts.owner_of_token(session, digest("three"))
    assert owner is not None
    assert owner[1].id == second.id
    assert pilot is not None
    assert (pilot.user.name, pilot.user.kind) == ("autopilot", "automatic")


async def test_the_second_start_changes_nothing(database: Database) -> None:
    await plant(database)
    before = await robot(database, "sim-1")
    assert await plant(database) == SignIn("sign in with your account", secret=False)
    assert len(await all_runs(database)) == 1
    assert (await robot(database, "sim-1")).id == before.id


async def test_another_task_switches_the_robot_and_its_run(database: Database) -> None:
    async with database.unit() as session:
        await fleet.register_task(session, "folding", "fold the towel")
    await plant(database)
    await plant(database, task="folding")
    switched = await robot(database, "sim-1")
    by_id = {run.id: run for run in await all_runs(database)}
    assert switched.task_id == "folding"
    assert switched.run_id is not None
    assert by_id[switched.run_id].task_id == "folding"
    await plant(database)
    assert len(await all_runs(database)) == 2


async def test_a_run_that_a_person_chose_stays(database: Database) -> None:
    await plant(database, robots=1)
    (run,) = await all_runs(database)
    async with database.unit() as session:
        row = await runs.locked(session, run.id)
        assert row is not None
        row.state = "paused"
        await runs.flush(session, row)
    await plant(database, robots=1)
    assert (await robot(database, "sim-1")).run_id == run.id


async def test_new_robots_get_all_tasks_in_turn_and_keep_what_people_chose(
    database: Database,
) -> None:
    first = await planted(database, 5, ())
    assert list(first.tasks.values()) == ["ethernet", "charger", "screw", "zip_tie", "ethernet"]
    assert {run.task_id for run in await all_runs(database)} == set(first.tasks.values())
    async with database.unit() as session:
        chosen = await fleet.by_name(session, "sim-1")
        assert chosen is not None
        await fleet.change(session, chosen.id, {"task_id": "screw"})
    assert (await planted(database, 1, ())).tasks == {"sim-1": "screw"}
    assert (await planted(database, 2, ("zip_tie",))).tasks == {
        "sim-1": "zip_tie",
        "sim-2": "zip_tie",
    }


async def test_an_unknown_task_is_refused_with_the_known_ones(database: Database) -> None:
    with pytest.raises(ConfigError) as caught:
        await plant(database, task="knitting")
    assert "no task 'knitting'" in caught.value.detail
    assert "ethernet" in caught.value.detail


async def test_a_weak_first_password_is_refused(database: Database) -> None:
    wanted = Wanted(robots=1, tasks=(), admin_password="short")
    with pytest.raises(ConfigError, match="RLT_ADMIN_PASSWORD cannot be used"):
        await seed(database, wanted, TOKENS, clock=Noon(), passwords=QUICK)
