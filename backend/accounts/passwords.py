"""Passwords: hashed with argon2id, one at a time, off the event loop."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.errors import BadRequest

SHORTEST = 10
COMMON = frozenset(
    (
        "1234567890", "12345678910", "123456789a", "password12", "password123", "passw0rd12",
        "qwertyuiop", "qwerty12345", "1q2w3e4r5t", "iloveyou12", "administrator", "letmein123",
        "welcome123", "changeme123", "admin12345", "0123456789", "abcdefghij", "q1w2e3r4t5",
        "zaq12wsxcde3", "robot12345", "operator123",
    )
)  # fmt: skip


class Passwords:
    """One hash costs a quarter of a second of one core, so they queue."""

    def __init__(self, hasher: HasherProtocol | None = None) -> None:
        """`hasher` is argon2id with the library's own parameters unless a test asks for less."""
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._one_at_a_time = asyncio.Semaphore(1)
        self._nobody = self._hash.hash("nobody")

    async def hash(self, password: str) -> str:
        """The hash to store."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._hash.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one; a missing account takes as long as a wrong password."""
        async with self._one_at_a_time:
            right = await asyncio.to_thread(self._hash.verify, password, stored or self._nobody)
        return right and stored is not None


def check_new(password: str, user_name: str) -> None:
    """Refuse a password that would be guessed; length is what counts, not kinds of characters."""
    if len(password) < SHORTEST:
        raise BadRequest(f"The password is too short: use {SHORTEST} characters or more.")
    lowered = password.lower()
    if lowered in COMMON or lowered == user_name.lower() or len(set(lowered)) < 4:
        raise BadRequest("This password is easily guessed: use a few unrelated words.")
