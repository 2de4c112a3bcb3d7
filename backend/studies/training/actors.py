"""Actors of a training as files: who made them, and how they play the reference."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from torch import Tensor

from backend.errors import ConsoleError, NotFound
from backend.rl.config import RltConfig
from backend.rl.policy import ActorPolicy
from backend.rollout.plan import Snapshot
from backend.storage.files import write_whole
from backend.storage.weights import pack, unpack

HOME = Path("data/training")
"""Where trainings are looked for by name."""
ACTORS = "actors"

_NAMESPACE = UUID("d3f0f3f2-52f5-4d5b-bb4c-0d9a8c0f4a10")


@dataclass(frozen=True, kw_only=True)
class Learned:
    """An actor, ready to play."""

    snapshot: Snapshot
    config: RltConfig
    episode: int
    """Episodes that it had learned from."""


def snapshot_of(tensors: dict[str, Tensor], version: int) -> Snapshot:
    """An actor's tensors as something that plays."""
    checkpoint_id = uuid5(_NAMESPACE, str(version))
    actor = ActorPolicy.load(tensors)
    return Snapshot(checkpoint_id=checkpoint_id, version=version, actor=actor)


def save_actor(
    path: Path, tensors: dict[str, Tensor], *, lock_sha256: str, config: RltConfig, episode: int
) -> None:
    """Write one actor whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = config.to_dict()
    write_whole(path, pack(tensors, lock_sha256=lock_sha256, config=settings, episode=episode))


def load_actor(path: Path, lock_sha256: str) -> Learned:
    """Read one; raises ConsoleError when it was made for other frozen models."""
    tensors, about = unpack(path.read_bytes(), lock_sha256=lock_sha256)
    config: dict[str, Any] = about["config"]
    return Learned(
        snapshot=snapshot_of(tensors, int(about["episode"])),
        config=RltConfig.from_dict(config),
        episode=int(about["episode"]),
    )


def find_actor(run: str, checkpoint: str, lock_sha256: str) -> Learned:
    """The actor of a training by its folder, or its name in `HOME`."""
    folder = Path(run) if Path(run).is_dir() else HOME / run
    if not (folder / ACTORS).is_dir():
        raise NotFound(f"There is no training {run!r}: give the folder that `rlt train` made.")
    name = f"{int(checkpoint):05d}" if checkpoint.isdecimal() else checkpoint
    path = folder / ACTORS / f"{name}.safetensors"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in (folder / ACTORS).glob("*.safetensors")))
        raise NotFound(f"Training {run} has no actor {checkpoint!r}; it has {known or 'none yet'}.")
    try:
        return load_actor(path, lock_sha256)
    except ConsoleError:
        raise
    except (ValueError, KeyError, RuntimeError) as error:
        raise NotFound(f"{path} is no actor: {error}.") from error
