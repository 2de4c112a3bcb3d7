"""A way back in for whoever has lost a password and sits at the machine itself."""

import secrets

from backend.accounts import repository as accounts
from backend.accounts.passwords import Passwords
from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Database
from backend.errors import ConfigError
from backend.kit.clock import Clock
from backend.supervisor.seed import ACTOR


async def reset_password(
    database: Database, name: str, *, clock: Clock, passwords: Passwords
) -> str:
    """Give an account a random password, to be changed at once; ends its sessions."""
    password = secrets.token_urlsafe(9)
    hashed = await passwords.hash(password)
    now = clock.now()
    async with database.unit() as session:
        user = await accounts.by_name(session, name)
        if user is None or user.kind != "human":
            raise ConfigError(f"There is no person with the account {name!r}: see the admin page.")
        user.password_hash, user.must_change_password, user.active = hashed, True, True
        await accounts.end_sessions(session, user.id, now)
        details = {"name": name, "password": "reset at the machine"}
        await audit.append(
            session, Entry(actor=ACTOR, action="user_changed", at=now, details=details)
        )
    return password
