"""Storing goes on as soon as what was down is back; nothing is acknowledged before."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from backend.db import Database
from backend.models import Episode
from backend.rollout import commit
from backend.rollout.commit import Committer, Finished
from backend.storage.objects import DiskFull, ObjectStore
from tests.fixtures.attempt import Attempt
from tests.fixtures.cell_rows import CellRows, make_cell
from tests.fixtures.stored import recording_of

pytestmark = pytest.mark.asyncio


class Outcome:
    """What became of one episode."""

    def __init__(self, ids: CellRows, attempt: Attempt) -> None:
        self.over = asyncio.Event()
        self.stored = False
        recording = recording_of(attempt)
        self.finished = Finished(
            robot_id=ids.robot_id, episode_id=attempt.episode_id, make=lambda: recording,
            done=self._done, failed=self.over.set,
        )  # fmt: skip

    def _done(self) -> None:
        self.stored = True
        self.over.set()


@pytest.mark.parametrize(
    "trouble",
    [OperationalError("insert", {}, Exception("down")), DiskFull("full"), OSError(5, "x")],
)
async def test_what_is_down_is_waited_for(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ids = await make_cell(database)
    outcome = Outcome(ids, Attempt(run_id=ids.run_id))
    committer = Committer(database, ObjectStore(tmp_path))
    monkeypatch.setattr(commit, "FIRST_WAIT", 0.0)
    original, calls = commit.write_row, []

    async def sometimes(*arguments: object) -> None:
        calls.append(committer.trouble)
        assert not outcome.stored
        if len(calls) < 3:
            raise trouble
        await original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(commit, "write_row", sometimes)
    committer.put(outcome.finished)
    running = asyncio.create_task(committer.run())
    await outcome.over.wait()
    running.cancel()
    assert outcome.stored
    assert calls[0] == ""
    assert calls[1] == calls[2] != ""
    assert caplog.text.count("wait in the bridges' journals") == 1
    async with database.unit() as session:
        assert len(list(await session.scalars(select(Episode)))) == 1


async def test_an_episode_that_never_fits_holds_no_other_up(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await make_cell(database)
    bad = Outcome(ids, Attempt(run_id=ids.run_id, task="unheard-of"))
    good = Outcome(ids, Attempt(run_id=ids.run_id))
    committer = Committer(database, ObjectStore(tmp_path))
    for outcome in (bad, good):
        committer.put(outcome.finished)
    running = asyncio.create_task(committer.run())
    await good.over.wait()
    running.cancel()
    assert (bad.stored, good.stored) == (False, True)
    assert str(bad.finished.episode_id) in caplog.text
