"""Checkpoint files: weights in half precision, statistics and card in the metadata.

The SHA-256 of a VLA file is its identity. A token file names the VLA it was trained on, and is
refused with any other: a mixed pair degrades without an error.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from backend.errors import ConfigError
from backend.rl.normalisation import Normalisation
from backend.rl.token import RlToken, TokenConfig
from backend.vla.base import VlaSpec
from backend.vla.card import Card
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.eyes import Eyes
from backend.vla.compact.model import CompactNetwork, CompactVla

BUILTIN = Path(__file__).parent / "builtin"
"""Folder of the checkpoints that come with the product."""

_SCHEMA = 2
"""2: eyes forecast the place, too."""
_EYES = "encoder.eyes."
"""Where a VLA keeps its eyes."""


class CheckpointError(ConfigError):
    """A checkpoint cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class TokenCheckpoint:
    """A frozen RL token and its provenance."""

    token: RlToken
    sha256: str
    vla_sha256: str
    card: Card


def sha256_of(path: Path) -> str:
    """Identity of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save_vla(
    path: Path,
    network: CompactNetwork,
    *,
    spec: VlaSpec,
    normalisations: Mapping[str, Normalisation],
    card: Card,
) -> str:
    """Write one VLA file with the statistics of each task; return its SHA-256.

    Statistics stay in full precision.
    """
    tensors = _half(network.state_dict())
    for task, normalisation in normalisations.items():
        tensors |= {f"{task}.{name}": value for name, value in normalisation.tensors().items()}
    extra = {"config": network.config.to_dict(), "spec": asdict(spec)}
    return _save(path, tensors, card, extra)


def load_vla(path: Path, task: str) -> CompactVla:
    """Read one VLA file for one of the tasks that it was trained on."""
    tensors, meta = _load(path, "vla")
    config = CompactConfig.from_dict(meta["config"])
    if task not in config.tasks:
        msg = f"{path} knows the tasks {', '.join(config.tasks)}, not {task!r}; train one for it."
        raise CheckpointError(msg)
    network = CompactNetwork(config)
    names = network.state_dict()
    network.load_state_dict({name: tensors[name].float() for name in names})
    spec: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in meta["spec"].items()
    }
    return CompactVla(
        network,
        spec=VlaSpec(**spec),
        task=task,
        normalisation=Normalisation.from_tensors(
            {k.removeprefix(f"{task}."): v for k, v in tensors.items() if k.startswith(f"{task}.")}
        ),
        sha256=sha256_of(path),
    )


def save_eyes(path: Path, eyes: Eyes, config: CompactConfig, card: Card) -> str:
    """Write trained eyes, before the rest of the model is; return their SHA-256."""
    return _save(path, _half(eyes.state_dict()), card, {"config": config.to_dict()})


def load_eyes(path: Path, config: CompactConfig) -> dict[str, Tensor]:
    """Weights of trained eyes, refused for a model of other tasks, cameras or sizes.

    The file holds eyes alone or a VLA with its own.
    """
    tensors, meta = _load(path, "eyes", "vla")
    if meta["kind"] == "vla":
        tensors = {
            name.removeprefix(_EYES): tensor
            for name, tensor in tensors.items()
            if name.startswith(_EYES)
        }
    trained = CompactConfig.from_dict(meta["config"])
    if trained != config:
        pairs = {k: (v, config.to_dict()[k]) for k, v in trained.to_dict().items()}
        name, (theirs, ours) = next(pair for pair in pairs.items() if pair[1][0] != pair[1][1])
        msg = (
            f"{path} was trained for {name} {theirs}, these demonstrations have {ours}; "
            "train eyes for them with `rlt vla eyes`, naming the same files in the same order."
        )
        raise CheckpointError(msg)
    return {name: tensor.float() for name, tensor in tensors.items()}


def save_token(path: Path, token: RlToken, *, vla_sha256: str, card: Card) -> str:
    """Write one token file, locked to its VLA; return its SHA-256."""
    extra = {"config": token.config.to_dict(), "vla_sha256": vla_sha256}
    return _save(path, _half(token.state_dict()), card, extra)


def load_token(path: Path, *, vla_sha256: str) -> TokenCheckpoint:
    """Read one token file, refusing it for any VLA but the one it was trained on."""
    tensors, meta = _load(path, "token")
    if meta["vla_sha256"] != vla_sha256:
        msg = (
            f"{path} was trained on the VLA {meta['vla_sha256'][:12]}, not on {vla_sha256[:12]}; "
            "use that VLA, or train a token for this one with `rlt token train`."
        )
        raise CheckpointError(msg)
    token = RlToken.from_tensors(TokenConfig(**meta["config"]), tensors)
    return TokenCheckpoint(token, sha256_of(path), vla_sha256, Card.from_dict(meta["card"]))


def read_card(path: Path) -> Card:
    """Only the card, without the weights."""
    return Card.from_dict(_metadata(path)["card"])


def _half(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().to(torch.float16).contiguous() for name, value in tensors.items()}


def _save(path: Path, tensors: dict[str, Tensor], card: Card, extra: dict[str, Any]) -> str:
    meta = {"schema": _SCHEMA, "kind": card.kind, "card": json.loads(card.to_json()), **extra}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    save_file(tensors, unfinished, metadata={"rlt": json.dumps(meta)})
    unfinished.replace(path)
    return sha256_of(path)


def _metadata(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, "pt") as file:
            raw = (file.metadata() or {}).get("rlt", "{}")
    except (OSError, SafetensorError) as error:
        msg = f"{path} cannot be read as a checkpoint: {error}."
        raise CheckpointError(msg) from error
    meta: dict[str, Any] = json.loads(raw)
    return meta


def _load(path: Path, *kinds: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    meta = _metadata(path)
    if meta.get("kind") not in kinds or meta.get("schema") != _SCHEMA:
        found, wanted = meta.get("kind", "something else"), " or ".join(kinds)
        msg = f"{path} holds {found} of schema {meta.get('schema')}, not {wanted} of {_SCHEMA}."
        raise CheckpointError(msg)
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, meta  # noqa: SIM118
