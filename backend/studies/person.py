"""A scripted person: signs in, arms, starts, hands off, labels, through the public API only."""

import json
import socket as tcp
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

from backend.errors import ConsoleError, Unavailable

JsonObject = dict[str, Any]
Plain = str | int | float | bool | None


class Refusal(ConsoleError):
    """The console answered with a problem document."""

    def __init__(self, response: httpx.Response) -> None:
        """Keep the status and the sentence of the answer."""
        body = response.json() if "json" in response.headers.get("content-type", "") else {}
        super().__init__(body.get("detail", response.text[:200]))
        self.status = response.status_code


class Operator:
    """One signed-in person at one console."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        """`url` is the console's address, e.g. `http://127.0.0.1:8000`."""
        self.url = url
        self.http = httpx.Client(
            base_url=url, timeout=timeout, headers={"Origin": url, "Sec-Fetch-Site": "same-origin"}
        )

    def __enter__(self) -> "Operator":
        """Use as a context manager."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.http.close()

    def call(self, method: str, path: str, body: JsonObject | None = None, **query: Plain) -> Any:  # noqa: ANN401 - plain JSON
        """One API call; raises Refusal with the console's sentence, Unavailable when it is down."""
        try:
            answer = self.http.request(method, f"/api/v1{path}", json=body, params=query)
        except httpx.TransportError as error:
            raise Unavailable(f"The console at {self.url} does not answer: {error!r}.") from error
        if answer.status_code == 503:
            raise Unavailable(answer.text[:200])
        if answer.is_error:
            raise Refusal(answer)
        return answer.json() if answer.content else None

    def sign_in(self, name: str, password: str) -> JsonObject:
        """Start a browser session."""
        user: JsonObject = self.call("POST", "/session", {"name": name, "password": password})
        return user

    def robot(self, robot_id: str) -> JsonObject:
        """The robot as the fleet page sees it."""
        found: JsonObject = self.call("GET", f"/robots/{robot_id}")
        return found

    def command(self, robot_id: str, kind: str, **args: Plain) -> JsonObject:
        """One order to a robot; raises Refusal when the robot or the console refuses."""
        body = {"id": str(uuid4()), "kind": kind, "args": args}
        result: JsonObject = self.call("POST", f"/robots/{robot_id}/commands", body)
        return result

    def arm(self, robot_id: str) -> None:
        """Both deliberate steps out of a stop."""
        self.command(robot_id, "clear_stop")
        self.command(robot_id, "arm")

    def label(
        self, episode_id: str, outcome: str, label_id: str | None = None, *, seen_version: int = 0
    ) -> JsonObject:
        """Judge an episode. The same `label_id` again is the same label.

        A correction names the version that it supersedes.
        """
        body = {"id": label_id or str(uuid4()), "outcome": outcome, "seen_version": seen_version}
        answer: JsonObject = self.call("POST", f"/episodes/{episode_id}/labels", body)
        return answer

    def episodes(self) -> Iterator[JsonObject]:
        """Every episode, newest first."""
        before: int | None = None
        while True:
            page = self.call("GET", "/episodes", None, limit=100, **_without_none(before=before))
            yield from page["items"]
            before = page["next_before"]
            if not before:
                return

    def wait_robot(
        self, robot_id: str, wanted: Callable[[JsonObject], bool], *, seconds: float, what: str
    ) -> JsonObject:
        """Poll until the robot's telemetry is as `wanted`; raises Unavailable after `seconds`."""
        deadline = time.monotonic() + seconds
        seen: JsonObject = {}
        while time.monotonic() < deadline:
            try:
                seen = self.robot(robot_id)
            except Unavailable:
                seen = {}
            if seen.get("telemetry") and wanted(seen):
                return seen
            time.sleep(0.02)  # polling a public API that has no blocking read
        raise Unavailable(f"{what} did not happen within {seconds:g} s; last seen: {seen}.")

    @contextmanager
    def socket(
        self, path: str, *, over: tcp.socket | None = None, most_waiting: int | None = 16
    ) -> Iterator[ClientConnection]:
        """An authenticated WebSocket under /api/v1, e.g. `live` or `video`.

        `over` is a connection of the caller's own; `most_waiting` frames lie unread before the
        reading stops.
        """
        cookies = "; ".join(f"{k}={v}" for k, v in self.http.cookies.items())
        address = self.url.replace("http", "ws", 1) + f"/api/v1/{path}"
        headers = {"Cookie": cookies, "Origin": self.url}
        with connect(
            address,
            additional_headers=headers,
            compression=None,
            sock=over,
            max_queue=most_waiting,
        ) as socket:
            yield socket


def _without_none(**query: Plain) -> dict[str, Plain]:
    return {key: value for key, value in query.items() if value is not None}


@dataclass(frozen=True)
class Sight:
    """One camera as one page shows it."""

    robot: str
    camera: str
    width: int
    height: int
    fps: int


def watch_message(sights: Sequence[Sight]) -> str:
    """The wish a page sends on the video socket."""
    return json.dumps({"type": "watch", "streams": [asdict(sight) for sight in sights]})
