"""Forward and backward of actor and critics, written out.

The same arithmetic as autograd's, in memory that is kept, without a graph: on a small machine this
decides how much a robot learns while it moves. Tests hold it against autograd.

Legend as in `actor.py` and `critic.py`: B batch, D observation, F flat chunk, E critics, H hidden.
A pass works for one batch size at a time; results live until its next `forward`.
"""

import torch
from torch import Tensor
from torch.nn import Linear

from backend.rl.actor import Actor
from backend.rl.critic import ENSEMBLE, Critics

_EPS = 1e-5
_relu_slope = torch.ops.aten.threshold_backward.grad_input
_norm_slope = torch.ops.aten.native_layer_norm_backward


class ActorPass:
    """One actor. Where `backward` is used, parameters must have a `.grad` (see `Flat`)."""

    def __init__(self, actor: Actor) -> None:
        """Memory is taken at the first batch."""
        layers = [layer for layer in actor.net if isinstance(layer, Linear)]
        self._first, self._second, self._last = layers
        self._take_memory(0)

    @torch.no_grad()
    def forward(self, x: Tensor, reference: Tensor) -> Tensor:
        """X [B, D], reference [B, F] -> mean chunk [B, F]."""
        if len(x) != len(self._inputs):
            self._take_memory(len(x))
        torch.cat([x, reference], dim=1, out=self._inputs)
        _affine(self._inputs, self._first, self._one).clamp_min_(0.0)
        _affine(self._one, self._second, self._two).clamp_min_(0.0)
        return _affine(self._two, self._last, self._chunk)

    @torch.no_grad()
    def backward(self, slope: Tensor) -> None:
        """Gradients of all parameters, from that of the chunk [B, F]."""
        _affine_gradients(self._two, self._last, slope)
        torch.mm(slope, self._last.weight, out=self._slope)
        _relu_slope(self._slope, self._two, 0.0, grad_input=self._slope)
        _affine_gradients(self._one, self._second, self._slope)
        # The second layer's output is not needed any more: its memory takes the next slope.
        torch.mm(self._slope, self._second.weight, out=self._two)
        _relu_slope(self._two, self._one, 0.0, grad_input=self._two)
        _affine_gradients(self._inputs, self._first, self._two)

    def _take_memory(self, batch: int) -> None:
        hidden, inputs = self._first.weight.shape
        new = self._first.weight.detach().new_empty
        self._inputs = new(batch, inputs)
        self._one, self._two, self._slope = (new(batch, hidden) for _ in range(3))
        self._chunk = new(batch, self._last.out_features)


class CriticsPass:
    """Both critics. Where `backward` is used, parameters must have a `.grad` (see `Flat`)."""

    def __init__(self, critics: Critics) -> None:
        """Memory is taken at the first batch."""
        self._net = critics
        self._take_memory(0)

    @torch.no_grad()
    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """X [B, D], chunk [B, F] -> values [E, B]."""
        net = self._net
        if len(x) != len(self._inputs):
            self._take_memory(len(x))
        torch.cat([x, chunk], dim=1, out=self._inputs)
        torch.addmm(net.first_bias, self._inputs, net.first, out=self._one.flatten(1))
        self._one_on, *self._one_norm = _activate(self._one)
        for e in range(ENSEMBLE):
            into = self._two[:, e]
            torch.addmm(net.second_bias[e], self._one_on[:, e], net.second[e], out=into)
        self._two_on, *self._two_norm = _activate(self._two)
        for e in range(ENSEMBLE):
            torch.addmv(net.last_bias[e], self._two_on[:, e], net.last[e, 0], out=self._values[e])
        return self._values

    @torch.no_grad()
    def backward(self, slope: Tensor) -> None:
        """Gradients of all parameters, from that of the values [E, B]."""
        net = self._net
        for e in range(ENSEMBLE):
            torch.mv(self._two_on[:, e].t(), slope[e], out=_grad(net.last)[e, 0])
        torch.sum(slope, dim=1, out=_grad(net.last_bias)[:, 0])
        two = self._slope_of_two(slope)
        for e in range(ENSEMBLE):
            torch.mm(self._one_on[:, e].t(), two[:, e], out=_grad(net.second)[e])
        torch.sum(two, dim=0, out=_grad(net.second_bias)[:, 0])
        one = self._slope_of_one(two).flatten(1)
        torch.mm(self._inputs.t(), one, out=_grad(net.first))
        torch.sum(one, dim=0, out=_grad(net.first_bias))

    @torch.no_grad()
    def chunk_slope(self, slope: Tensor, size: int) -> Tensor:
        """Gradient [B, F] of the chunk, F = size; the parameters' gradients stay as they are."""
        one = self._slope_of_one(self._slope_of_two(slope)).flatten(1)
        return one @ self._net.first[-size:].t()

    def _slope_of_two(self, slope: Tensor) -> Tensor:
        torch.mul(slope.t().unsqueeze(-1), self._net.last[:, 0], out=self._slope)
        return _activation_slope(self._slope, self._two_on, self._two, self._two_norm)

    def _slope_of_one(self, two: Tensor) -> Tensor:
        for e in range(ENSEMBLE):
            torch.mm(two[:, e], self._net.second[e].t(), out=self._slope[:, e])
        return _activation_slope(self._slope, self._one_on, self._one, self._one_norm)

    def _take_memory(self, batch: int) -> None:
        new = self._net.first.detach().new_empty
        self._inputs = new(batch, len(self._net.first))
        shape = (batch, ENSEMBLE, self._net.hidden)
        self._one, self._two, self._slope = (new(shape) for _ in range(3))
        self._values = new(ENSEMBLE, batch)


def _affine(inputs: Tensor, layer: Linear, into: Tensor) -> Tensor:
    return torch.addmm(layer.bias, inputs, layer.weight.t(), out=into)


def _affine_gradients(inputs: Tensor, layer: Linear, slope: Tensor) -> None:
    torch.mm(slope.t(), inputs, out=_grad(layer.weight))
    torch.sum(slope, dim=0, out=_grad(layer.bias))


def _activate(value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """LayerNorm and ReLU; also mean and inverse deviation, which the way back needs."""
    out, mean, inverse = torch.native_layer_norm(value, value.shape[-1:], None, None, _EPS)
    return out.clamp_min_(0.0), mean, inverse


def _activation_slope(slope: Tensor, on: Tensor, value: Tensor, norm: list[Tensor]) -> Tensor:
    """The way back through `_activate`; `slope` is used up."""
    _relu_slope(slope, on, 0.0, grad_input=slope)
    mean, inverse = norm
    wanted = [True, False, False]
    through: Tensor = _norm_slope(
        slope, value, value.shape[-1:], mean, inverse, None, None, wanted
    )[0]
    return through


def _grad(parameter: Tensor) -> Tensor:
    assert parameter.grad is not None
    return parameter.grad
