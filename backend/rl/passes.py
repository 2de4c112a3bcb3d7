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
        layers = [_Affine(layer) for layer in actor.net if isinstance(layer, Linear)]
        self._first, self._second, self._last = layers
        self._take_memory(0)

    @torch.inference_mode()
    def forward(self, x: Tensor, reference: Tensor) -> Tensor:
        """X [B, D], reference [B, F] -> mean chunk [B, F]."""
        if len(x) != len(self._inputs):
            self._take_memory(len(x))
        torch.cat([x, reference], dim=1, out=self._inputs)
        self._first.forward(self._inputs, self._one).clamp_min_(0.0)
        self._second.forward(self._one, self._two).clamp_min_(0.0)
        return self._last.forward(self._two, self._chunk)

    @torch.inference_mode()
    def backward(self, slope: Tensor) -> None:
        """Gradients of all parameters, from that of the chunk [B, F]."""
        self._last.backward(self._two, slope)
        torch.mm(slope, self._last.weight, out=self._slope)
        _relu_slope(self._slope, self._two, 0.0, grad_input=self._slope)
        self._second.backward(self._one, self._slope)
        # The second layer's output is not needed any more: its memory takes the next slope.
        torch.mm(self._slope, self._second.weight, out=self._two)
        _relu_slope(self._two, self._one, 0.0, grad_input=self._two)
        self._first.backward(self._inputs, self._two)

    def _take_memory(self, batch: int) -> None:
        hidden, inputs = self._first.weight.shape
        new = self._first.weight.new_empty
        self._inputs = new(batch, inputs)
        self._one, self._two, self._slope = (new(batch, hidden) for _ in range(3))
        self._chunk = new(batch, len(self._last.weight))


class CriticsPass:
    """Both critics. Where `backward` is used, parameters must have a `.grad` (see `Flat`)."""

    def __init__(self, critics: Critics) -> None:
        """Memory is taken at the first batch."""
        self._net = critics
        self._second_t = critics.second.detach().transpose(1, 2)
        self._last_t = critics.last.detach().transpose(1, 2)
        self._norm = _Norm(critics.second.detach())
        self._take_memory(0)

    @torch.inference_mode()
    def forward(self, x: Tensor, chunk: Tensor) -> Tensor:
        """X [B, D], chunk [B, F] -> values [E, B]."""
        net = self._net
        if len(x) != len(self._inputs):
            self._take_memory(len(x))
        torch.cat([x, chunk], dim=1, out=self._inputs)
        torch.baddbmm(net.first_bias, self._both, net.first, out=self._one)
        self._one_on, *self._one_norm = self._norm.forward(self._one)
        torch.baddbmm(net.second_bias, self._one_on, net.second, out=self._two)
        self._two_on, *self._two_norm = self._norm.forward(self._two)
        torch.baddbmm(net.last_bias, self._two_on, net.last, out=self._values)
        return self._values.squeeze(-1)

    @torch.inference_mode()
    def backward(self, slope: Tensor) -> None:
        """Gradients of all parameters, from that of the values [E, B]."""
        net, last = self._net, slope.unsqueeze(-1)
        torch.bmm(self._two_on.transpose(1, 2), last, out=net.last.grad)
        torch.sum(last, dim=1, keepdim=True, out=net.last_bias.grad)
        two = self._slope_of_two(last)
        torch.bmm(self._one_on.transpose(1, 2), two, out=net.second.grad)
        torch.sum(two, dim=1, keepdim=True, out=net.second_bias.grad)
        one = self._slope_of_one(two)
        torch.bmm(self._both_t, one, out=net.first.grad)
        torch.sum(one, dim=1, keepdim=True, out=net.first_bias.grad)

    @torch.inference_mode()
    def chunk_slope(self, slope: Tensor, size: int) -> Tensor:
        """Gradient [B, F] of the chunk, F = size; the parameters' gradients stay as they are."""
        one = self._slope_of_one(self._slope_of_two(slope.unsqueeze(-1)))
        return torch.bmm(one, self._net.first[:, -size:].transpose(1, 2)).sum(dim=0)

    def _slope_of_two(self, last: Tensor) -> Tensor:
        torch.mul(last, self._last_t, out=self._slope)
        return self._norm.backward(self._slope, self._two_on, self._two, self._two_norm)

    def _slope_of_one(self, two: Tensor) -> Tensor:
        torch.bmm(two, self._second_t, out=self._slope)
        return self._norm.backward(self._slope, self._one_on, self._one, self._one_norm)

    def _take_memory(self, batch: int) -> None:
        new = self._net.first.detach().new_empty
        self._inputs = new(batch, self._net.first.shape[1])
        self._both = self._inputs.expand(ENSEMBLE, -1, -1)
        self._both_t = self._both.transpose(1, 2)
        shape = (ENSEMBLE, batch, self._net.hidden)
        self._one, self._two, self._slope = (new(shape) for _ in range(3))
        self._values = new(ENSEMBLE, batch, 1)


class _Affine:
    """A linear layer's matrices, looked up once: a look costs as much as a small product."""

    def __init__(self, layer: Linear) -> None:
        self.weight, self._bias = layer.weight.detach(), layer.bias.detach()
        self._weight_t = self.weight.t()
        self._gradients = layer.weight.grad, layer.bias.grad

    def forward(self, inputs: Tensor, into: Tensor) -> Tensor:
        return torch.addmm(self._bias, inputs, self._weight_t, out=into)

    def backward(self, inputs: Tensor, slope: Tensor) -> None:
        weight, bias = self._gradients
        torch.mm(slope.t(), inputs, out=weight)
        torch.sum(slope, dim=0, out=bias)


class _Norm:
    """LayerNorm and ReLU over the last dimension, and the way back."""

    def __init__(self, like: Tensor) -> None:
        # With a factor of one torch's kernel takes half the time that it takes with none.
        self._shape = like.shape[-1:]
        self._one, self._zero = like.new_ones(self._shape), like.new_zeros(self._shape)

    def forward(self, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is passed on, and the mean and inverse deviation that the way back needs."""
        normed = torch.native_layer_norm(value, self._shape, self._one, self._zero, _EPS)
        out, mean, inverse = normed
        return out.clamp_min_(0.0), mean, inverse

    def backward(self, slope: Tensor, on: Tensor, value: Tensor, norm: list[Tensor]) -> Tensor:
        """The slope of `value`; that of what was passed on is used up."""
        _relu_slope(slope, on, 0.0, grad_input=slope)
        mean, inverse = norm
        seen, wanted = (slope, value, self._shape, mean, inverse), [True, False, False]
        through: Tensor = _norm_slope(*seen, None, None, wanted)[0]
        return through
