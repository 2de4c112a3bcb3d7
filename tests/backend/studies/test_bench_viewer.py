"""Viewers against a console that sends pictures without end."""

import json
import socket as tcp
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from backend.studies.bench.viewer import Stalled, Viewer
from backend.studies.person import Operator, Sight

SIGHT = Sight("a", "wrist", 640, 480, 25)
PICTURE = b"\0" * 30_000
PICTURES = 1000
STUCK_S = 1.0
PATIENCE_S = 20.0


@dataclass
class Console:
    """What it heard, and how many pictures it got rid of."""

    port: int = 0
    wishes: list[dict[str, object]] = field(default_factory=list)
    drops: int = 0
    """How many of its first viewers it gives up after a picture."""
    served: threading.Event = field(default_factory=threading.Event)
    stuck: threading.Event = field(default_factory=threading.Event)

    def answer(self, socket: ServerConnection) -> None:
        """One socket of a page."""
        with suppress(ConnectionClosed):
            if socket.request is not None and socket.request.path.endswith("/video"):
                self.wishes.append(json.loads(socket.recv()))
                self.show(socket)
            for _ in socket:
                pass

    def show(self, socket: ServerConnection) -> None:
        """What a page does not take, a console waits for: then this is where it hangs."""
        for number in range(PICTURES):
            waiting = threading.Timer(STUCK_S, self.stuck.set)
            waiting.start()
            try:
                socket.send(PICTURE)
            finally:
                waiting.cancel()
            if number == 0 and len(self.wishes) <= self.drops:
                socket.socket.shutdown(tcp.SHUT_RDWR)
        self.served.set()


@pytest.fixture
def console() -> Iterator[Console]:
    found = Console()
    with serve(found.answer, "127.0.0.1", 0, compression=None) as server:
        found.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def test_a_viewer_takes_every_picture(console: Console) -> None:
    with (
        Operator(f"http://127.0.0.1:{console.port}") as person,
        Viewer(person, [SIGHT]) as viewer,
    ):
        assert console.served.wait(PATIENCE_S)
    assert console.wishes[0]["type"] == "watch"
    assert console.wishes[0]["streams"] == [
        {"robot": "a", "camera": "wrist", "width": 640, "height": 480, "fps": 25}
    ]
    assert viewer.frames > PICTURES / 2
    assert viewer.dropped == 0


def test_a_viewer_that_was_given_up_dials_again(console: Console) -> None:
    console.drops = 1
    with (
        Operator(f"http://127.0.0.1:{console.port}") as person,
        Viewer(person, [SIGHT]) as viewer,
    ):
        assert console.served.wait(PATIENCE_S)
    assert viewer.dropped == 1


def test_a_stalled_viewer_takes_none_and_still_ends(console: Console) -> None:
    with (
        Operator(f"http://127.0.0.1:{console.port}") as person,
        Stalled(person, [SIGHT]) as viewer,
    ):
        assert console.stuck.wait(PATIENCE_S)
    assert not console.served.is_set()
    assert viewer.frames == 0
