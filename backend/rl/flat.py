"""All parameters of a network in one piece of memory, so that one call moves them all."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

_ALIGNED = 16
"""Floats; products read rows fastest from whole cache lines."""


class Flat:
    """A network's parameters as one vector and their gradients as another.

    The network keeps working as before: its parameters and their `.grad` become views.
    """

    def __init__(self, network: nn.Module) -> None:
        """Move the parameters, values unchanged."""
        places: list[tuple[nn.Parameter, int]] = []
        size = 0
        for parameter in network.parameters():
            places.append((parameter, size))
            size += -(-parameter.numel() // _ALIGNED) * _ALIGNED
        example = places[0][0]
        self.vector = torch.zeros(size, device=example.device)
        self.gradient = torch.zeros(size, device=example.device)
        for parameter, start in places:
            stop = start + parameter.numel()
            view = self.vector[start:stop].view_as(parameter)
            view.copy_(parameter.detach())
            parameter.data = view
            parameter.grad = self.gradient[start:stop].view_as(parameter)

    def copy_(self, other: "Flat") -> None:
        """Take over another network's values."""
        self.vector.copy_(other.vector)

    def follow(self, other: "Flat", share: float) -> None:
        """Polyak averaging: self += share * (other - self)."""
        self.vector.lerp_(other.vector, share)


class FlatAdam:
    """Adam on one vector, by torch's own kernel.

    torch's optimiser classes would do, but they take seconds to import.
    """

    def __init__(self, flat: Flat, rate: float) -> None:
        """Nothing is remembered yet."""
        self._flat = flat
        self._rate = rate
        self._memory = {
            "step": torch.zeros((), device=flat.vector.device),
            "exp_avg": torch.zeros_like(flat.vector),
            "exp_avg_sq": torch.zeros_like(flat.vector),
        }

    def step(self) -> None:
        """Move along the gradient."""
        memory = self._memory
        memory["step"] += 1.0
        torch._fused_adam_(
            [self._flat.vector],
            [self._flat.gradient],
            [memory["exp_avg"]],
            [memory["exp_avg_sq"]],
            [],
            [memory["step"]],
            lr=self._rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    def forget(self) -> None:
        """As before the first step."""
        for value in self._memory.values():
            value.zero_()

    def tensors(self, prefix: str) -> dict[str, Tensor]:
        """Copies of what is remembered, on the processor, for a checkpoint."""
        memory = self._memory.items()
        return {f"{prefix}.{name}": value.to("cpu", copy=True) for name, value in memory}

    def load(self, prefix: str, tensors: Mapping[str, Tensor]) -> None:
        """Remember what a checkpoint says."""
        for name, value in self._memory.items():
            value.copy_(tensors[f"{prefix}.{name}"])
