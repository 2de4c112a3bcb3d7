"""The first account of a new console."""

from backend.accounts import repository
from backend.accounts.passwords import Passwords
from backend.db import Database
from backend.kit.ids import uuid7
from backend.models import User

FIRST = "admin"


async def ensure_admin(database: Database, password: str, passwords: Passwords) -> bool:
    """Make the account `admin` if there is none at all; returns whether it was made."""
    async with database.unit() as session:
        if await repository.count_users(session):
            return False
    hashed = await passwords.hash(password)
    async with database.unit() as session:
        if await repository.by_name(session, FIRST) is not None:
            return False
        user = User(
            id=uuid7(), name=FIRST, display_name="Admin", role="admin", password_hash=hashed
        )
        await repository.add(session, user)
    return True
