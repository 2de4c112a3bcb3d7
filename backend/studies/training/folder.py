"""A training's folder: all that is needed to go on after a kill, at any moment.

    about.json                 the plan and the lock; written once
    episodes/00012.safetensors what attempt 12 did, as the product records it, without pictures
    rows.jsonl                 one line for each attempt
    watched.jsonl              one line for each evaluation on the watched starts
    states/00050.safetensors   the learner after 50 attempts: networks, optimisers, counters
    actors/NAME.safetensors    actors: copy, best, last, and one for each evaluation

What lies beyond the newest state is made again, in the same way.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from backend.errors import BadRequest, ConfigError, ConsoleError
from backend.learner.trainee import Counters, Trainee
from backend.storage.files import PARTIAL, write_whole
from backend.storage.recording import EpisodeRecording
from backend.storage.weights import pack, unpack
from backend.studies.training.actors import ACTORS, save_actor
from backend.studies.training.plan import TrainingPlan

STATES_KEPT = 2

Line = dict[str, Any]


@dataclass(frozen=True)
class Saved:
    """The newest whole state."""

    episode: int
    """Attempts made before it."""
    tensors: dict[str, Tensor]
    counters: Counters


class TrainingFolder:
    """One folder belongs to one training."""

    def __init__(self, path: Path, plan: TrainingPlan, lock_sha256: str) -> None:
        """Nothing is read or written before `open`."""
        self.path = path
        self._plan = plan
        self._lock_sha256 = lock_sha256

    def open(self, *, resume: bool) -> None:
        """Begin anew, or go on with the same plan, for longer too: attempts do not look ahead."""
        about = {"plan": self._plan.to_dict(), "lock_sha256": self._lock_sha256}
        written = (json.dumps(about, indent=1) + "\n").encode()
        known = self.path / "about.json"
        if not known.exists():
            for name in ("episodes", "states", ACTORS):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            write_whole(known, written)
            return
        if not resume:
            raise BadRequest(f"{self.path} holds a training: give --resume, or another --out.")
        before = json.loads(known.read_text())
        now = json.loads(json.dumps(about))
        if before["lock_sha256"] != now["lock_sha256"]:
            raise ConfigError(f"{self.path} was made with another VLA or token: use those again.")
        longer = now["plan"]["episodes"] > before["plan"]["episodes"]
        differing = [
            name
            for name, value in now["plan"].items()
            if before["plan"].get(name) != value and not (name == "episodes" and longer)
        ]
        if differing:
            raise BadRequest(
                f"{self.path} was begun with another {', '.join(differing)}: give the same again."
            )
        write_whole(known, written)
        for partial in self.path.glob(f"*/{PARTIAL}*"):
            partial.unlink()

    # ── attempts ──────────────────────────────────────────────────────────────────────────────────

    def keep_episode(self, number: int, recording: EpisodeRecording) -> None:
        """Store what an attempt did."""
        write_whole(self._numbered("episodes", number), recording.to_bytes())

    def episode(self, number: int) -> EpisodeRecording:
        """Read it back."""
        return EpisodeRecording.from_bytes(self._numbered("episodes", number).read_bytes())

    def append(self, name: str, line: Line) -> None:
        """Add a line to one of the `.jsonl` files."""
        with (self.path / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self, name: str, below: int) -> list[Line]:
        """The lines that a state of `below` attempts stands on; later and torn ones are cut off."""
        path = self.path / f"{name}.jsonl"
        if not path.exists():
            return []
        kept = []
        for text in path.read_text(encoding="utf-8").splitlines():
            try:
                line: Line = json.loads(text)
            except ValueError:
                break
            if line["episode"] > below:
                break
            kept.append(line)
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in kept)
        write_whole(path, text.encode())
        return kept

    # ── the learner ───────────────────────────────────────────────────────────────────────────────

    def keep_state(self, episode: int, trainee: Trainee) -> None:
        """Store the learner; older states are forgotten."""
        content = pack(
            trainee.trainer.state_dict(),
            lock_sha256=self._lock_sha256,
            counters=asdict(trainee.counters()),
        )
        write_whole(self._numbered("states", episode), content)
        for path in self._states()[STATES_KEPT:]:
            path.unlink()

    def newest_state(self) -> Saved | None:
        """The newest state that can be read; None at the very beginning."""
        for path in self._states():
            try:
                tensors, about = unpack(path.read_bytes(), lock_sha256=self._lock_sha256)
                return Saved(int(path.stem), tensors, Counters(**about["counters"]))
            except (ConsoleError, KeyError, TypeError):
                continue
        return None

    def keep_actor(self, name: str, trainee: Trainee, episode: int) -> None:
        """Store the actor as it is now."""
        save_actor(
            self.actor_path(name),
            trainee.trainer.actor_state(),
            lock_sha256=self._lock_sha256,
            config=self._plan.config,
            episode=episode,
        )

    def actor_path(self, name: str) -> Path:
        """Where an actor lies."""
        return self.path / ACTORS / f"{name}.safetensors"

    def _states(self) -> list[Path]:
        return sorted((self.path / "states").glob("[0-9]*.safetensors"), reverse=True)

    def _numbered(self, kind: str, number: int) -> Path:
        return self.path / kind / f"{number:05d}.safetensors"
