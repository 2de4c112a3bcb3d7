"""Waits until the console says that all its parts answer."""

import asyncio
from collections.abc import Callable

import httpx

POLL_S = 0.1
PATIENCE_S = 90.0
ROBOTS_S = 10.0
"""Robots may be switched off for good reasons: they are not waited for longer than this."""


def client(address: str) -> httpx.AsyncClient:
    """Asks our own child at `address`, whatever name its certificate is for."""
    return httpx.AsyncClient(base_url=address, verify=False, trust_env=False)  # noqa: S501


async def wait_healthy(
    console: httpx.AsyncClient,
    check: Callable[[], None],
    *,
    patience_s: float = PATIENCE_S,
    robots_s: float = ROBOTS_S,
) -> str:
    """Return "" when healthy, else, when the patience is over, the parts that are not.

    `check` is called between two questions and may raise, to end the waiting.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience_s
    missing = await _missing(console)
    while missing and loop.time() < end:
        check()
        await asyncio.sleep(POLL_S)  # another process's readiness gives no event
        before, missing = missing, await _missing(console)
        if missing == {"robots"} != before:
            end = min(end, loop.time() + robots_s)
    return ", ".join(sorted(missing))


async def _missing(console: httpx.AsyncClient) -> set[str]:
    try:
        answer = await console.get("/api/v1/health")
        parts: dict[str, str] = answer.json()["parts"]
    except (httpx.HTTPError, ValueError, KeyError):
        return {"web"}
    return {name for name, state in parts.items() if state != "ok"}
