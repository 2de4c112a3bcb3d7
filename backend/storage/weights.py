"""Networks as bytes, and the lock that says what they belong to. Loads torch."""

from collections.abc import Mapping
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from backend.errors import ConfigError
from backend.storage.container import NotAContainer, metadata_of, read_metadata


class LockMismatch(ConfigError):
    """The weights belong to another VLA, token, normalisation or action space."""

    title = "Weights do not fit"


def pack(tensors: Mapping[str, Tensor], *, lock_sha256: str, **metadata: object) -> bytes:
    """Tensors and their provenance as one file; equal input gives equal bytes."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    document = {"lock_sha256": lock_sha256} | metadata
    return safetensors.torch.save(whole, metadata_of(document))


def unpack(content: bytes, *, lock_sha256: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and metadata; raises LockMismatch when they were made under another lock."""
    document = read_metadata(content)
    if document.get("lock_sha256") != lock_sha256:
        raise LockMismatch(
            f"These weights were made under lock {str(document.get('lock_sha256'))[:12]}, this "
            f"process runs under {lock_sha256[:12]}: use the VLA, token and robot of that run."
        )
    try:
        return safetensors.torch.load(content), document
    except SafetensorError as error:
        raise NotAContainer(f"The weights cannot be read: {error}.") from error
