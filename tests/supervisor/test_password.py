"""A lost password, at the machine itself."""

from datetime import UTC, datetime

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.accounts import repository as accounts
from backend.accounts.bootstrap import ensure_admin
from backend.accounts.passwords import Passwords
from backend.audit import repository as audit
from backend.db import Database
from backend.errors import ConfigError
from backend.supervisor.password import reset_password

pytestmark = pytest.mark.asyncio

QUICK = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


async def test_the_new_one_fits_and_must_be_changed(database: Database) -> None:
    await ensure_admin(database, "the one that was lost", QUICK)
    password = await reset_password(database, "admin", clock=Noon(), passwords=QUICK)
    async with database.unit() as session:
        user = await accounts.by_name(session, "admin")
        events = await audit.page(session, None, 10)
    assert user is not None
    assert user.must_change_password
    assert await QUICK.fits(password, user.password_hash)
    assert not await QUICK.fits("the one that was lost", user.password_hash)
    assert events[0].details["password"] == "reset at the machine"


async def test_an_unknown_name_is_refused(database: Database) -> None:
    with pytest.raises(ConfigError, match="no person with the account 'nobody'"):
        await reset_password(database, "nobody", clock=Noon(), passwords=QUICK)
