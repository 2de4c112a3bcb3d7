"""Signing in and out."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest
from websockets.asyncio.client import connect

from backend.accounts.service import Visitor
from backend.errors import NotSignedIn, TooMany
from backend.kit.clock import SystemClock
from backend.web.sessions import COOKIE, Credential, digest
from tests.fixtures.bridge import PATIENCE_S
from tests.fixtures.console import ADMIN_PASSWORD, Console

SIGN_IN = {"name": "admin", "password": ADMIN_PASSWORD}
HERE = Visitor(address="10.0.0.1", agent="test")


class Ahead(SystemClock):
    """The real clock, some hours ahead."""

    hours = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(hours=self.hours)

    def monotonic(self) -> float:
        return super().monotonic() + self.hours * 3600


@pytest.mark.asyncio
async def test_the_first_start_makes_an_administrator_who_can_sign_in(console: Console) -> None:
    client = await console.client()
    answer = await client.post("/session", json=SIGN_IN)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = (await client.get("/me")).json()
    assert me["name"] == "admin"
    assert me["permissions"] == ["admin", "drive", "label", "read", "report", "run", "stop"]


@pytest.mark.asyncio
async def test_each_sign_in_is_a_new_session(console: Console) -> None:
    client = await console.client()
    first = await client.post("/session", json=SIGN_IN)
    second = await client.post("/session", json=SIGN_IN)
    assert first.cookies[COOKIE] != second.cookies[COOKIE]


@pytest.mark.parametrize("name", ["admin", "nobody"])
@pytest.mark.asyncio
async def test_a_wrong_password_and_an_unknown_name_look_the_same(
    console: Console, name: str
) -> None:
    client = await console.client()
    answer = await client.post("/session", json={"name": name, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Name or password is wrong."


@pytest.mark.asyncio
async def test_the_sixth_try_in_a_minute_is_refused_even_with_the_right_password(
    console: Console,
) -> None:
    accounts = console.app.state.accounts
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await accounts.sign_in("admin", "wrong", HERE)
    with pytest.raises(TooMany):
        await accounts.sign_in("admin", ADMIN_PASSWORD, HERE)
    await accounts.sign_in("admin", ADMIN_PASSWORD, Visitor(address="10.0.0.2", agent=""))


@pytest.mark.asyncio
async def test_signing_out_ends_the_session_and_its_live_sockets(console: Console) -> None:
    viewer = await console.person("viewer")
    headers = console.live_headers("viewer")
    async with (
        connect(console.live_url, additional_headers=headers) as live,
        connect(console.video_url, additional_headers=headers) as video,
    ):
        await live.recv()
        assert (await viewer.delete("/session")).status_code == 204
        async with asyncio.timeout(PATIENCE_S):
            await live.wait_closed()
            await video.wait_closed()
    async with httpx.AsyncClient(base_url=console.url) as browser:
        answer = await browser.get("/api/v1/me", headers={"Cookie": headers["Cookie"]})
    assert answer.status_code == 401


@pytest.mark.asyncio
async def test_an_idle_session_and_an_old_session_are_over(console: Console) -> None:
    await console.person("viewer")
    accounts = console.app.state.accounts
    credential = Credential("session", digest(console.secrets["viewer"]))
    assert await accounts.person(credential) is not None

    clock = accounts._clock = Ahead()
    clock.hours = 11
    assert await accounts.person(credential) is not None, "used again: lives on"
    clock.hours = 11 + 13
    assert await accounts.person(credential) is None, "idle for 13 hours, or a day old"


@pytest.mark.asyncio
async def test_a_person_changes_language_and_password(console: Console) -> None:
    client = await console.client()
    await client.post("/session", json=SIGN_IN)
    assert (await client.patch("/me", json={"language": "zh"})).json()["language"] == "zh"
    assert (await client.get("/me")).json()["language"] == "zh"
    for old, new, status in (
        ("wrong", "four unrelated words", 400),
        (ADMIN_PASSWORD, "short", 400),
        (ADMIN_PASSWORD, "aaaaaaaaaaaa", 400),
        (ADMIN_PASSWORD, "four unrelated words", 200),
    ):
        answer = await client.patch("/me", json={"password": {"old": old, "new": new}})
        assert answer.status_code == status, answer.text
    other = await console.client()
    changed = {"name": "admin", "password": "four unrelated words"}
    assert (await other.post("/session", json=changed)).status_code == 200
