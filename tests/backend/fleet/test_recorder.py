"""Writes that wait for the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from backend.fleet.recorder import Recorder


class FlakyDatabase:
    """Fails as often as it is told; a unit's writes count only when it ends well."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.committed: list[str] = []

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[list[str]]:
        if self.failures:
            self.failures -= 1
            raise OperationalError("select 1", {}, Exception("away"))
        written: list[str] = []
        yield written
        self.committed += written


def job(word: str):  # type: ignore[no-untyped-def]
    async def write(session: list[str]) -> None:
        session.append(word)

    return write


async def impossible(_session: object) -> None:
    raise ValueError


async def work(recorder: Recorder) -> None:
    running = asyncio.create_task(recorder.run())
    await recorder.written()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.asyncio
async def test_all_is_written_in_order_once_the_database_answers() -> None:
    database = FlakyDatabase(failures=3)
    recorder = Recorder(database, retry_seconds=0)  # type: ignore[arg-type]
    done: list[str] = []
    for word in "abc":
        assert recorder.put(job(word), partial(done.append, word))
    assert done == []
    await work(recorder)
    assert database.committed == ["a", "b", "c"]
    assert done == ["a", "b", "c"]


@pytest.mark.asyncio
async def test_one_impossible_row_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = FlakyDatabase(failures=0)
    recorder = Recorder(database, retry_seconds=0)  # type: ignore[arg-type]
    done: list[str] = []
    recorder.put(job("a"), lambda: done.append("a"))
    recorder.put(impossible, lambda: done.append("never"))
    recorder.put(job("b"), lambda: done.append("b"))
    await work(recorder)
    assert database.committed == ["a", "b"]
    assert done == ["a", "b"]
    assert "could not be written" in caplog.text
