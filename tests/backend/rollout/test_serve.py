"""The whole process over real sockets and a real Postgres, with a fake bridge at the other end."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

import msgspec
import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import delete, select
from websockets.exceptions import ConnectionClosed

from backend.config import Settings
from backend.db import Database
from backend.errors import ConfigError
from backend.models import ApiToken, Episode, Segment
from backend.rl.config import RltConfig
from backend.rollout.models import FrozenModels
from backend.rollout.serve import rollout
from backend.storage.objects import ObjectStore
from backend.storage.recording import EpisodeRecording
from robot_bridge.protocol.messages import Ack, Chunk, Refused, Source, Welcome
from tests.fixtures.attempt import Attempt, hello
from tests.fixtures.cell_rows import CellRows, make_cell
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.policy_bridge import bridge_at, dial

pytestmark = pytest.mark.asyncio


def load(task: str) -> FrozenModels:
    if task != "ethernet":
        raise ConfigError(f"There are no models for {task!r}.")
    return FrozenModels(tiny_frozen())


@pytest_asyncio.fixture
async def cell(database: Database) -> CellRows:
    return await make_cell(database)


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


class Starter:
    """Starts the process as often as a test kills it."""

    def __init__(self, url: str, data: Path) -> None:
        self.settings = Settings(database_url=url, data=data, policy_port=0)

    def __call__(self) -> AbstractAsyncContextManager[int]:
        return rollout(self.settings, load)


@pytest.fixture
def start(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Starter:
    monkeypatch.setenv("DATABASE_URL", database.url)
    return Starter(database.url, tmp_path)


@pytest_asyncio.fixture
async def port(start: Starter, cell: CellRows) -> AsyncIterator[int]:
    async with start() as port:
        yield port


async def rows(database: Database) -> list[Episode]:
    async with database.unit() as session:
        return list(await session.scalars(select(Episode).order_by(Episode.number)))


async def test_an_attempt_is_answered_stored_and_acknowledged(
    port: int, cell: CellRows, database: Database, store: ObjectStore
) -> None:
    attempt = Attempt(run_id=cell.run_id, regime="full", hand_off_step=10)
    begin, *rest = attempt.journal()
    async with bridge_at(port) as bridge:
        await bridge.send(begin)
        chunk = await bridge.ask(attempt.observation(6, rl=False))
        assert chunk.first_step == 9
        assert chunk.source is Source.BASE
        assert chunk.actions.shape == (RltConfig().execute, 2)
        await bridge.send(*rest)
        assert (await bridge.next(Ack)).id == attempt.episode_id
    (row,) = await rows(database)
    assert (row.id, row.robot_id, row.run_id) == (attempt.episode_id, cell.robot_id, cell.run_id)
    assert (row.steps, row.critical_steps, row.ended_by) == (25, 15, "label")
    recording = EpisodeRecording.from_bytes(store.get("episodes", row.file_sha256))
    assert recording.anchor_step.tolist() == [*range(0, 25, 2), 25]
    # Recorded is what an actor would have been shown: the same proposal, 1.5 times as fast.
    sent = chunk.actions.numpy()
    assert np.allclose(recording.reference[3][0], 0.5 * sent[1] + sent[2])
    assert np.allclose(recording.reference[3][1], sent[3] + 0.5 * sent[4])
    async with database.unit() as session:
        assert len(list(await session.scalars(select(Segment)))) == 1


async def test_heartbeats_come_unasked(port: int) -> None:
    async with bridge_at(port) as bridge:
        for _ in range(3):
            await bridge.socket.recv()


async def test_a_repeated_journal_is_acknowledged_again_and_stored_once(
    port: int, cell: CellRows, database: Database
) -> None:
    attempt = Attempt(run_id=cell.run_id)
    async with bridge_at(port) as bridge:
        await bridge.deliver(attempt.journal())
        assert await bridge.deliver(attempt.journal()) == attempt.episode_id
    assert len(await rows(database)) == 1


async def test_after_a_restart_a_repeated_journal_is_stored_once(
    start: Starter, cell: CellRows, database: Database, store: ObjectStore
) -> None:
    attempt = Attempt(run_id=cell.run_id)
    for _ in range(2):
        async with start() as port, bridge_at(port) as bridge:
            assert await bridge.deliver(attempt.journal()) == attempt.episode_id
    assert len(await rows(database)) == 1
    assert len(list(store.names("episodes"))) == 1


async def test_a_rollout_killed_in_mid_episode_gives_the_same_file(
    start: Starter, cell: CellRows, database: Database, store: ObjectStore
) -> None:
    attempt = Attempt(run_id=cell.run_id)
    journal = attempt.journal()
    async with start() as port, bridge_at(port) as bridge:
        await bridge.send(journal[0])
        await bridge.ask(attempt.observation(6))
        await bridge.send(*journal[1:])
        await bridge.next(Ack)
    (undisturbed,) = await rows(database)
    async with database.unit() as session:
        await session.execute(delete(Episode))
    store.drop("episodes", undisturbed.file_sha256)

    async with start() as port, bridge_at(port) as bridge:
        await bridge.send(*journal[:2])
        await bridge.ask(attempt.observation(6))
    async with start() as port, bridge_at(port) as bridge:
        await bridge.deliver(journal)
    (repeated,) = await rows(database)
    assert repeated.file_sha256 == undisturbed.file_sha256


async def test_a_file_without_a_row_gets_one_at_start(
    start: Starter, cell: CellRows, database: Database, store: ObjectStore
) -> None:
    attempt = Attempt(run_id=cell.run_id, steps=30)
    async with start() as port, bridge_at(port) as bridge:
        await bridge.deliver(attempt.journal())
    (before,) = await rows(database)
    async with database.unit() as session:
        await session.execute(delete(Episode))
    async with start() as port, bridge_at(port) as bridge:
        (after,) = await rows(database)
        assert await bridge.deliver(attempt.journal()) == attempt.episode_id
    unlike = ("number", "written_xid")
    names = [c.name for c in Episode.__table__.columns if c.name not in unlike]
    assert {n: getattr(after, n) for n in names} == {n: getattr(before, n) for n in names}
    assert len(await rows(database)) == 1


async def test_a_row_without_its_file_is_reported(
    start: Starter,
    cell: CellRows,
    database: Database,
    store: ObjectStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with start() as port, bridge_at(port) as bridge:
        await bridge.deliver(Attempt(run_id=cell.run_id).journal())
    (row,) = await rows(database)
    store.drop("episodes", row.file_sha256)
    async with start():
        assert "lost their files" in caplog.text
        assert row.file_sha256 in caplog.text


async def test_an_attempt_of_an_unknown_run_is_kept_without_one(
    port: int, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    attempt = Attempt(run_id=uuid4())
    async with bridge_at(port) as bridge:
        await bridge.send(attempt.start(), attempt.observation(0))
        await bridge.deliver(attempt.journal())
    (row,) = await rows(database)
    assert row.run_id is None
    assert "does not exist" in caplog.text


async def test_a_gap_sends_the_bridge_back_to_repeat(port: int, cell: CellRows) -> None:
    attempt = Attempt(run_id=cell.run_id)
    journal = attempt.journal()
    async with bridge_at(port) as bridge:
        await bridge.send(journal[0], journal[2])
        with pytest.raises(ConnectionClosed) as closed:
            await bridge.next(Ack)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    async with bridge_at(port) as bridge:
        assert await bridge.deliver(journal) == attempt.episode_id


async def test_an_impossible_report_holds_nobody_else_up(
    port: int, cell: CellRows, database: Database
) -> None:
    bad, good = Attempt(run_id=cell.run_id), Attempt(run_id=cell.run_id)
    start, report, *rest = bad.journal()
    broken = msgspec.structs.replace(report, policy_versions=())
    async with bridge_at(port) as bridge:
        await bridge.send(start, broken, *rest)
        assert await bridge.deliver(good.journal()) == good.episode_id
    assert [row.id for row in await rows(database)] == [good.episode_id]


@pytest.mark.parametrize(
    ("secret", "words"), [(None, "no robot token"), ("guess", "unknown or was revoked")]
)
async def test_strangers_are_refused(port: int, secret: str | None, words: str) -> None:
    async with dial(port, secret=secret) as (_, answer):
        assert isinstance(answer, Refused)
        assert words in answer.reason


async def test_a_revoked_token_is_refused(port: int, database: Database) -> None:
    async with database.unit() as session:
        token = (await session.scalars(select(ApiToken))).one()
        token.revoked_at = token.created_at
    async with dial(port) as (_, answer):
        assert isinstance(answer, Refused)


async def test_a_robot_the_models_do_not_fit_is_refused_with_advice(port: int) -> None:
    async with dial(port, hello(control_hz=20)) as (_, answer):
        assert isinstance(answer, Refused)
        assert "Configure the robot" in answer.advice
    async with dial(port, hello(task="screw")) as (_, answer):
        assert isinstance(answer, Refused)
        assert "no models" in answer.reason


@pytest.mark.parametrize("data", [b"", b"\x80\x04K", b"\x81\xa4type\xa5bogus", "words"])
async def test_nonsense_ends_its_session_only(port: int, data: bytes | str) -> None:
    async with bridge_at(port) as bridge:
        await bridge.socket.send(data)
        with pytest.raises(ConnectionClosed):
            await bridge.next(Ack)
    async with dial(port) as (_, answer):
        assert isinstance(answer, Welcome)


async def test_the_newest_question_is_answered(port: int, cell: CellRows) -> None:
    attempt = Attempt(run_id=cell.run_id)
    async with bridge_at(port) as bridge:
        await bridge.send(attempt.start())
        await bridge.send(*(attempt.observation(step) for step in range(2, 40, 2)))
        steps: list[int] = []
        while not steps or steps[-1] != 41:
            steps.append((await bridge.next(Chunk)).first_step)
    assert steps == sorted(steps)


async def test_an_attempt_of_a_task_without_models_waits_in_the_journal(
    port: int, cell: CellRows, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    before, now = Attempt(run_id=cell.run_id, task="screw"), Attempt(run_id=cell.run_id)
    async with bridge_at(port) as bridge:
        await bridge.send(*before.journal())
        assert await bridge.deliver(now.journal()) == now.episode_id
    assert [row.id for row in await rows(database)] == [now.episode_id]
    assert "no models for 'screw'" in caplog.text


async def test_a_regime_nobody_knows_waits_in_the_journal(port: int, database: Database) -> None:
    odd, good = Attempt(regime="half"), Attempt()
    async with bridge_at(port) as bridge:
        await bridge.send(*odd.journal())
        assert await bridge.deliver(good.journal()) == good.episode_id
    assert len(await rows(database)) == 1
