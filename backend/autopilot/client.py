"""The console's API as the automatic operator uses it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx

from backend.autopilot.pilot import OUTCOMES

ORDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "set_auto_end": ("set_auto_end", {"enabled": True}),
    "follow_suggestion": ("hand_off", {"because": "suggestion"}),
}
"""Deeds that are not simply a command of the same name."""


class ApiClient:
    """Orders and labels over HTTP."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` carries the base address and the bearer token."""
        self._http = http

    async def my_name(self) -> str:
        """The account that the token belongs to."""
        answer = await self._http.get("/me")
        answer.raise_for_status()
        name: str = answer.json()["name"]
        return name

    async def order(self, robot_id: UUID, deed: str) -> str:
        """Give an order; returns why it was not carried out, or nothing."""
        kind, args = ORDERS.get(deed, (deed, {}))
        body = {"id": str(uuid4()), "kind": kind, "args": args}
        answer = await self._http.post(f"/robots/{robot_id}/commands", json=body)
        if answer.is_success:
            error: str = answer.json()["error"]
            return error
        return _sentence(answer)

    async def label(self, episode_id: UUID, ended_by: str, me: str) -> str:
        """Judge an attempt by how it ended; the id is always the same, so repeating is safe."""
        outcome = OUTCOMES.get(ended_by)
        if outcome is None:
            return ""
        body = {
            "id": str(uuid5(episode_id, me)),
            "outcome": outcome,
            "reason": "" if outcome == "success" else ended_by,
            "seen_version": 0,
            "end_episode": False,
            "decided_at": datetime.now(UTC).isoformat(),
        }
        answer = await self._http.post(f"/episodes/{episode_id}/labels", json=body)
        # 409: a person was first, and theirs counts.
        return "" if answer.is_success or answer.status_code == 409 else _sentence(answer)

    async def unlabelled(self, robot_id: UUID, me: str) -> list[tuple[UUID, str]]:
        """Our own attempts on this robot that nobody has judged: id and how they ended."""
        answer = await self._http.get("/labels/queue", params={"robot": str(robot_id)})
        answer.raise_for_status()
        items = answer.json()["items"]
        return [(UUID(item["id"]), item["ended_by"]) for item in items if item["started_by"] == me]


def _sentence(answer: httpx.Response) -> str:
    try:
        detail: str = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"the console answered {answer.status_code}"
    return detail


async def woken(wake: asyncio.Event, seconds: float) -> None:
    """Wait until `wake` is set, but no longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
