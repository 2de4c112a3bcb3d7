"""What trainings share: rate, running average, and a file from which an interrupted one goes on."""

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from backend.rl.optimizer_state import pack, unpack
from backend.vla.checkpoint import CheckpointError

_AVERAGE_DECAY = 0.999


def rate_share(step: int, steps: int, *, warmup: int) -> float:
    """Linear warm-up, then half a cosine down to zero."""
    warm = min(1.0, (step + 1) / min(warmup, steps // 10 + 1))
    return warm * 0.5 * (1.0 + math.cos(math.pi * step / steps))


@torch.no_grad()
def follow(average: Mapping[str, Tensor], module: nn.Module, step: int) -> None:
    """Move a running average of weights towards a module's, faster at the beginning."""
    decay = min(_AVERAGE_DECAY, (1 + step) / (10 + step))
    for name, value in module.state_dict().items():
        average[name].lerp_(value, 1.0 - decay)


def snapshot(module: nn.Module) -> dict[str, Tensor]:
    """Copies of a module's weights: the beginning of a running average."""
    return {name: value.detach().clone() for name, value in module.state_dict().items()}


def save_progress(
    path: Path,
    parts: Mapping[str, Mapping[str, Tensor]],
    optimizer: torch.optim.Adam,
    *,
    step: int,
    steps: int,
) -> None:
    """Write named groups of weights, the optimiser, and how far of how many steps it went."""
    weights = {f"{part}.{k}": v for part, group in parts.items() for k, v in group.items()}
    progress = {"step": torch.tensor(step), "steps": torch.tensor(steps)}
    unfinished = path.with_name(path.name + ".unfinished")
    save_file(weights | pack("optimizer", optimizer) | progress, unfinished)
    unfinished.replace(path)


def load_progress(
    path: Path, optimizer: torch.optim.Adam, *, steps: int
) -> tuple[int, dict[str, dict[str, Tensor]]]:
    """Read it back: the step, and the groups of weights by name. Fills the optimiser.

    Raises CheckpointError when the file belongs to a training of another length.
    """
    tensors = load_file(path)
    if int(tensors["steps"]) != steps:
        msg = f"{path} belongs to a training of {int(tensors['steps'])} steps; delete it first."
        raise CheckpointError(msg)
    unpack("optimizer", tensors, optimizer)
    parts: dict[str, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        part, _, name = key.partition(".")
        if name and part != "optimizer":
            parts.setdefault(part, {})[name] = value
    return int(tensors["step"]), parts
