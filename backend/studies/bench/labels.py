"""From the click on a label to the changed reward in the learner."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from websockets.sync.client import ClientConnection

from backend.errors import Unavailable
from backend.studies.bench.figures import machine, percentiles
from backend.studies.bench.loop import start_training
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack

PATIENCE_S = 15.0
OPPOSITE = {"success": "failure", "failure": "success"}


def run(data: Path, *, labels: int, progress: Callable[[str], None]) -> JsonObject:
    """Correct `labels` labels one after the other while the learner trains; p50, p95, max in ms.

    The clock starts before the label is posted and stops when the learner's own word that the
    rewards of that episode changed has come back over the live socket.
    """
    arguments = ("--robots", "1", "--autopilot")
    with Stack(data, *arguments) as stack, stack.operator() as person:
        run_id = start_training(person, person.call("GET", "/robots")[0], progress)
        delays, posts = [], []
        with person.socket("live") as live:
            live.send(json.dumps({"type": "subscribe", "robots": [], "runs": [run_id]}))
            for index in range(labels):
                delay_ms, post_ms = _correct_one(person, live, run_id, index)
                delays.append(delay_ms)
                posts.append(post_ms)
                progress(f"{index + 1}/{labels}: {delay_ms:.0f} ms")
    return {
        "click_to_reward_ms": percentiles(delays),
        "post_ms": percentiles(posts),
        "machine": machine(),
    }


def _correct_one(
    person: Operator, live: ClientConnection, run_id: str, index: int
) -> tuple[float, float]:
    episodes = [
        e for e in person.episodes() if e["outcome"] in OPPOSITE and e["run"]["id"] == run_id
    ]
    episode = episodes[index % len(episodes)]
    label_id = str(uuid4())
    clicked = time.monotonic()
    seen = episode["label"]["version"]
    person.label(episode["id"], OPPOSITE[episode["outcome"]], label_id, seen_version=seen)
    posted = time.monotonic()
    while (left := clicked + PATIENCE_S - time.monotonic()) > 0:
        message = json.loads(live.recv(timeout=left))
        if message["type"] == "reward" and message["label"] == label_id:
            return 1e3 * (time.monotonic() - clicked), 1e3 * (posted - clicked)
    raise Unavailable(f"The learner did not report the label within {PATIENCE_S:g} s.")
