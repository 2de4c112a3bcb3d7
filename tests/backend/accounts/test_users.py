"""Accounts and tokens, as an administrator looks after them."""

import httpx
import pytest

from tests.fixtures.console import Console

PASSWORD = "four unrelated words"


@pytest.mark.asyncio
async def test_an_account_is_made_used_and_closed(console: Console) -> None:
    admin = await console.person("admin", "root")
    new = {"name": "ada", "display_name": "Ada", "role": "operator", "password": PASSWORD}
    made = await admin.post("/users", json=new)
    assert made.status_code == 201
    assert made.json()["must_change_password"] is True
    assert (await admin.post("/users", json=new)).status_code == 409
    ada = await console.client()
    await ada.post("/session", json={"name": "ada", "password": PASSWORD})
    assert (await ada.get("/me")).json()["role"] == "operator"
    closed = await admin.patch(f"/users/{made.json()['id']}", json={"active": False})
    assert closed.json()["active"] is False
    assert (await ada.get("/me")).status_code == 401
    again = await ada.post("/session", json={"name": "ada", "password": PASSWORD})
    assert again.status_code == 401


@pytest.mark.asyncio
async def test_a_changed_role_holds_at_once(console: Console) -> None:
    admin = await console.person("admin", "root")
    await console.person("manager")
    users = {user["name"]: user["id"] for user in (await admin.get("/users")).json()}
    answer = await admin.patch(f"/users/{users['manager']}", json={"role": "viewer"})
    assert answer.json()["role"] == "viewer"
    cookie = {"Cookie": console.live_headers("manager")["Cookie"]}
    async with httpx.AsyncClient(base_url=console.url) as browser:
        assert (await browser.get("/api/v1/me", headers=cookie)).status_code == 401


@pytest.mark.asyncio
async def test_the_last_administrator_cannot_lock_the_door(console: Console) -> None:
    admin = await console.person("admin", "root")
    own = f"/users/{console.users['root']}"
    for changes in ({"active": False}, {"role": "viewer"}):
        assert (await admin.patch(own, json=changes)).status_code == 400
    assert (await admin.patch(own, json={"display_name": "Root"})).status_code == 200
    assert (await admin.get("/me")).json()["display_name"] == "Root"


@pytest.mark.asyncio
async def test_a_token_works_until_it_is_revoked_and_is_shown_once(console: Console) -> None:
    admin = await console.person("admin", "root")
    new = {"name": "autopilot", "role": "operator", "kind": "automatic"}
    user = (await admin.post("/users", json=new)).json()
    made = (await admin.post("/tokens", json={"name": "t", "user_id": user["id"]})).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    async with httpx.AsyncClient(base_url=f"{console.url}/api/v1", headers=bearer) as program:
        assert (await program.get("/me")).json()["kind"] == "automatic"
        assert (await program.delete("/session")).status_code == 400
        listed = (await admin.get("/tokens")).json()
        assert made["secret"] not in str(listed)
        assert (await admin.delete(f"/tokens/{made['id']}")).status_code == 204
        assert (await program.get("/me")).status_code == 401


@pytest.mark.parametrize("owner", [{}, {"user_id": "0" * 32, "robot_id": "0" * 32}])
@pytest.mark.asyncio
async def test_a_token_has_exactly_one_owner(console: Console, owner: dict[str, str]) -> None:
    admin = await console.person("admin", "root")
    assert (await admin.post("/tokens", json={"name": "t"} | owner)).status_code == 400


@pytest.mark.asyncio
async def test_an_automatic_account_has_no_password(console: Console) -> None:
    admin = await console.person("admin", "root")
    new = {"name": "robot", "role": "operator", "kind": "automatic", "password": PASSWORD}
    assert (await admin.post("/users", json=new)).status_code == 400


@pytest.mark.asyncio
async def test_changes_are_in_the_audit(console: Console) -> None:
    admin = await console.person("admin", "root")
    await admin.post("/users", json={"name": "ada", "role": "viewer", "password": PASSWORD})
    newest = (await admin.get("/audit")).json()["items"][0]
    assert (newest["actor"], newest["action"], newest["details"]["name"]) == (
        "root",
        "user_added",
        "ada",
    )
    assert PASSWORD not in str(newest)
