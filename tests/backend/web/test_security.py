"""Where a browser may come from, and the headers of every answer."""

from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backend.web.sessions import COOKIE
from tests.fixtures.console import ADMIN_PASSWORD, Console

SIGN_IN = {"name": "admin", "password": ADMIN_PASSWORD}
ELSEWHERE = "https://elsewhere.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": ELSEWHERE}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
@pytest.mark.asyncio
async def test_a_cookie_counts_only_from_our_own_pages(
    console: Console, headers: dict[str, str], status: int
) -> None:
    await console.person("viewer")
    headers = {"Cookie": f"{COOKIE}={console.secrets['viewer']}"} | headers
    async with httpx.AsyncClient(base_url=console.url) as browser:
        answer = await browser.delete("/api/v1/session", headers=headers)
    assert answer.status_code == status


@pytest.mark.asyncio
async def test_a_program_without_a_cookie_may_sign_in_and_our_origin_too(console: Console) -> None:
    for headers in ({}, {"Origin": console.url}):
        async with httpx.AsyncClient(base_url=console.url) as client:
            answer = await client.post("/api/v1/session", json=SIGN_IN, headers=headers)
            assert answer.status_code == 200


@pytest.mark.asyncio
async def test_reading_is_open_to_any_origin_but_not_readable_there(console: Console) -> None:
    client = await console.client(headers={"Origin": ELSEWHERE})
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["live", "video"])
@pytest.mark.parametrize("origin", [ELSEWHERE, None])
@pytest.mark.asyncio
async def test_a_socket_with_a_cookie_needs_our_origin(
    console: Console, path: str, origin: str | None
) -> None:
    await console.person("viewer")
    headers = {"Cookie": f"{COOKIE}={console.secrets['viewer']}"}
    address = console.live_url.replace("live", path)
    with pytest.raises(InvalidStatus) as refused:
        await connect(address, additional_headers=headers, origin=origin)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    async with connect(address, additional_headers=console.live_headers("viewer")):
        pass


@pytest.mark.parametrize("path", ["live", "video", "bridge"])
@pytest.mark.asyncio
async def test_a_socket_without_a_credential_is_refused(console: Console, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(console.live_url.replace("live", path))
    assert refused.value.response.status_code == 401


@pytest.mark.asyncio
async def test_every_answer_carries_the_security_headers(console: Console) -> None:
    client = await console.client()
    for answer in (await client.get("/health"), await client.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"x" * 2_000_000, {"Content-Type": "application/json"}, 413),
        (b"{", {"Content-Type": "application/json"}, 422),
        (b"name=a", {"Content-Type": "application/x-www-form-urlencoded"}, 422),
        (b"[]", {"Content-Type": "application/json"}, 422),
        (b'{"name":"a","password":"b","more":1}', {"Content-Type": "application/json"}, 422),
        (b'{"name":"a\\u0000","password":"b"}', {"Content-Type": "application/json"}, 422),
    ],
)
@pytest.mark.asyncio
async def test_bad_bodies_get_one_sentence(
    console: Console, content: bytes, headers: dict[str, str], status: int
) -> None:
    client = await console.client()
    answer = await client.post("/session", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
