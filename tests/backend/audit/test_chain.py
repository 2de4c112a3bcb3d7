"""The audit chain: linear, idempotent, and broken by any change."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from backend.audit import repository
from backend.audit.repository import Entry
from backend.db import Database
from tests.fixtures.console import Console

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def entry(**fields: object) -> Entry:
    return Entry(**({"actor": "ada", "action": "looked", "at": AT} | fields))  # type: ignore[arg-type]


async def append(database: Database, one: Entry) -> int | None:
    async with database.unit() as session:
        return await repository.append(session, one)


@pytest.mark.asyncio
async def test_an_empty_chain_is_whole(database: Database) -> None:
    async with database.unit() as session:
        assert await repository.verify(session) == (0, None, "00" * 32)


@pytest.mark.asyncio
async def test_writers_at_once_make_one_line(database: Database) -> None:
    numbers = await asyncio.gather(*(append(database, entry()) for _ in range(20)))
    assert sorted(number or 0 for number in numbers) == list(range(1, 21))
    async with database.unit() as session:
        checked, first_bad, _ = await repository.verify(session)
    assert (checked, first_bad) == (20, None)


@pytest.mark.asyncio
async def test_the_same_id_is_stored_once(database: Database) -> None:
    one = entry(id=uuid4())
    assert await append(database, one) == 1
    assert await append(database, one) is None
    assert await append(database, entry()) == 2


@pytest.mark.parametrize(
    "details",
    [
        {"nan": float("nan"), "inf": float("-inf")},
        {"large": 1e300, "small": 5e-324, "minus": -0.0, "integer": 2**70},
        {"text": "a\x00b\ud800 ü 汉 \u2028"},
        {"bytes": b"\x00\xff", "nested": [{"a": (1, 2)}, None, True]},
        {"key\x00": 1},
    ],
)
@pytest.mark.asyncio
async def test_whatever_a_bridge_says_can_be_stored_and_verified(
    database: Database, details: dict[str, object]
) -> None:
    assert await append(database, entry(details=details)) == 1
    async with database.unit() as session:
        assert (await repository.verify(session))[:2] == (1, None)


@pytest.mark.parametrize(
    "change",
    [
        "update audit_events set actor = 'eve' where seq = 2",
        "update audit_events set details = '{\"a\": 1}' where seq = 2",
        "update audit_events set at = at + interval '1 microsecond' where seq = 2",
        "update audit_events set episode_id = id where seq = 2",
        "delete from audit_events where seq = 2",
    ],
)
@pytest.mark.asyncio
async def test_any_change_breaks_it_and_the_place_is_told(
    database: Database, database_url: str, change: str
) -> None:
    for _ in range(3):
        await append(database, entry())
    with psycopg.connect(database_url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(change)
    async with database.unit() as session:
        _, first_bad, _ = await repository.verify(session)
    assert first_bad in {2, 3}


@pytest.mark.asyncio
async def test_pages_and_the_check_over_http(console: Console) -> None:
    admin = await console.person("admin", "root")
    for _ in range(5):
        await append(console.database, entry())
    first = (await admin.get("/audit", params={"limit": 3})).json()
    assert len(first["items"]) == 3
    rest = (await admin.get("/audit", params={"before": first["next_before"]})).json()
    seqs = [row["seq"] for row in first["items"] + rest["items"]]
    assert seqs == sorted(seqs, reverse=True)
    check = (await admin.get("/audit/verify")).json()
    assert check["ok"] is True
    assert check["last_hash"] == first["items"][0]["hash"]
