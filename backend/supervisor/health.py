"""Waits until the console says that all its parts answer."""

import asyncio
from collections.abc import Callable

import httpx

WAIT_S = 90.0
POLL_S = 0.1


async def wait_healthy(address: str, check: Callable[[], None]) -> str:
    """Return "" when healthy, after 90 s the parts that are not.

    `check` is called between two questions and may raise, to end the waiting.
    """
    seen = "web"
    # The certificate may name another host; this only asks our own child for its state.
    async with httpx.AsyncClient(base_url=address, verify=False, trust_env=False) as client:  # noqa: S501
        try:
            async with asyncio.timeout(WAIT_S):
                while seen := await _missing(client):
                    check()
                    await asyncio.sleep(POLL_S)  # another process's readiness gives no event
        except TimeoutError:
            return seen
    return ""


async def _missing(client: httpx.AsyncClient) -> str:
    try:
        answer = await client.get("/api/v1/health")
        state = answer.json()
    except (httpx.HTTPError, ValueError):
        return "web"
    if state.get("status") == "ok":
        return ""
    parts = state.get("parts", {})
    return ", ".join(name for name, value in parts.items() if value != "ok") or "web"
