"""The places an episode lives in, read from outside while everything is quiet."""

import hashlib
import time
from pathlib import Path

import numpy as np

from backend.errors import NotFound
from backend.storage.recording import EpisodeRecording
from backend.studies.person import JsonObject, Operator
from robot_bridge.protocol.framing import scan
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, decode_policy_up

PATIENCE_S = 15.0


def episode_files(data: Path) -> set[str]:
    """SHA-256 names of all episode files."""
    return {path.stem for path in (data / "objects" / "episodes").glob("*/*.safetensors")}


def recorded_actions(data: Path, sha256: str) -> bytes:
    """Executed actions of one episode file, float32 [T, A] as bytes; checks the file's hash."""
    path = data / "objects" / "episodes" / sha256[:2] / f"{sha256}.safetensors"
    if not path.exists():
        return b"no file"
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound(f"{path} does not hold what its name says.")
    return EpisodeRecording.from_bytes(content).action.tobytes()


def journal_actions(data: Path) -> dict[str, bytes]:
    """Executed actions by episode id from every journal of every robot, delivered or not."""
    found: dict[str, bytes] = {}
    for path in sorted((data / "bridge").glob("*/journal/*.log")) + sorted(
        (data / "bridge").glob("*/done/*.log")
    ):
        content = path.read_bytes()
        spans, _ = scan(content)
        messages = [decode_policy_up(content[at : at + length]) for at, length in spans]
        steps = max((m.steps for m in messages if isinstance(m, EpisodeEnd)), default=0)
        parts = [m.actions.numpy() for m in messages if isinstance(m, ChunkReport)]
        actions = np.concatenate(parts)[:steps] if parts else np.zeros((0, 6), np.float32)
        found[path.stem] = np.ascontiguousarray(actions, np.float32).tobytes()
    return found


def replay_check(person: Operator, episodes: list[JsonObject]) -> JsonObject:
    """The learner's own count of episodes in replay against the labels that allow learning."""
    runs: dict[str, int] = {}
    for episode in episodes:
        if episode["run"] and episode["outcome"] in ("success", "failure"):
            runs[episode["run"]["id"]] = runs.get(episode["run"]["id"], 0) + 1
    deadline = time.monotonic() + PATIENCE_S
    while differences := [line for run, n in runs.items() if (line := _difference(person, run, n))]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)  # the learner writes its curves once a second
    return {"labelled_episodes": sum(runs.values()), "differences": differences}


def _difference(person: Operator, run: str, labelled: int) -> str:
    series = person.call("GET", f"/runs/{run}/metrics", names="replay_episodes")["series"]
    points = series.get("replay_episodes", [])
    held = int(points[-1][3]) if points else 0
    return "" if held == labelled else f"run {run}: {held} episodes in replay, {labelled} labelled"
