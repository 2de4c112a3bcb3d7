"""Waits until the console says that all its parts answer."""

import asyncio
from collections.abc import Callable

import httpx

WAIT_S = 90.0
POLL_S = 0.1
ROBOTS_S = 10.0
"""Robots may be switched off for good reasons: they are not waited for longer than this."""


async def wait_healthy(address: str, check: Callable[[], None]) -> str:
    """Return "" when healthy, else, when the patience is over, the parts that are not.

    `check` is called between two questions and may raise, to end the waiting.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_S
    missing = {"web"}
    # The certificate may name another host; this only asks our own child for its state.
    async with httpx.AsyncClient(base_url=address, verify=False, trust_env=False) as client:  # noqa: S501
        while missing and loop.time() < end:
            check()
            await asyncio.sleep(POLL_S)  # another process's readiness gives no event
            before, missing = missing, await _missing(client)
            if missing == {"robots"} != before:
                end = min(end, loop.time() + ROBOTS_S)
    return ", ".join(sorted(missing))


async def _missing(client: httpx.AsyncClient) -> set[str]:
    try:
        answer = await client.get("/api/v1/health")
        parts: dict[str, str] = answer.json()["parts"]
    except (httpx.HTTPError, ValueError, KeyError):
        return {"web"}
    return {name for name, state in parts.items() if state != "ok"}
