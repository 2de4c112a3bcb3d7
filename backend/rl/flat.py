"""All parameters of a network in one piece of memory, so that one call moves them all."""

import torch
from torch import nn

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
        self.vector = nn.Parameter(torch.zeros(size, device=example.device), requires_grad=False)
        self.gradient = torch.zeros(size, device=example.device)
        self.vector.grad = self.gradient
        for parameter, start in places:
            stop = start + parameter.numel()
            view = self.vector.detach()[start:stop].view_as(parameter)
            view.copy_(parameter.detach())
            parameter.data = view
            parameter.grad = self.gradient[start:stop].view_as(parameter)

    def copy_(self, other: "Flat") -> None:
        """Take over another network's values."""
        self.vector.copy_(other.vector)

    def follow(self, other: "Flat", share: float) -> None:
        """Polyak averaging: self += share * (other - self)."""
        self.vector.lerp_(other.vector, share)
