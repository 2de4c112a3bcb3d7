"""Adam's memory as named tensors, so that it can live in a safetensors file."""

from collections.abc import Mapping

import torch
from torch import Tensor

_PARTS = ("step", "exp_avg", "exp_avg_sq")


def pack(prefix: str, optimizer: torch.optim.Adam) -> dict[str, Tensor]:
    """Named copies of the optimiser's state; empty before its first step."""
    return {
        f"{prefix}.{index}.{part}": state[part].clone()
        for index, state in optimizer.state_dict()["state"].items()
        for part in _PARTS
    }


def unpack(prefix: str, tensors: Mapping[str, Tensor], optimizer: torch.optim.Adam) -> None:
    """Put packed state back."""
    count = sum(len(group["params"]) for group in optimizer.param_groups)
    present = [i for i in range(count) if f"{prefix}.{i}.step" in tensors]
    state = {i: {part: tensors[f"{prefix}.{i}.{part}"].clone() for part in _PARTS} for i in present}
    packed = optimizer.state_dict()
    optimizer.load_state_dict({"state": state, "param_groups": packed["param_groups"]})
