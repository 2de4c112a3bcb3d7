"""How several updates get to the processor they run on.

On a CPU they are simply made. On a GPU one small network's kernels take less time than telling the
GPU of them, so the same work is recorded once as a CUDA graph and launched as a whole from then on.
"""

from collections.abc import Callable, Hashable
from typing import Protocol

import torch
from torch import Generator, Tensor

CPU = torch.device("cpu")
Work = Callable[[Tensor], Tensor]
"""From row numbers [n, B] to figures; whatever else it reads or moves lies in memory that stays."""


class Launcher(Protocol):
    """Runs work."""

    def run(self, kind: Hashable, work: Work, rows: Tensor) -> Tensor:
        """Figures of the work on these rows.

        Args:
            kind: equal kinds do the same things in the same order on rows of the same shape.
            work: what is to be done.
            rows: [n, B] on the device.
        """
        ...


class Directly:
    """Every operation when its line is reached."""

    def run(self, kind: Hashable, work: Work, rows: Tensor) -> Tensor:  # noqa: ARG002
        """Do it."""
        return work(rows)


class Recorded:
    """The first time of a kind is done directly, which warms libraries up; the next is recorded.

    Nothing is done twice: to record is not to do.
    """

    def __init__(self, record: Callable[[Work, Tensor], Work]) -> None:
        """`record` returns work that takes other rows of the same shape."""
        self._record = record
        self._met: set[Hashable] = set()
        self._recordings: dict[Hashable, Work] = {}

    def run(self, kind: Hashable, work: Work, rows: Tensor) -> Tensor:
        """Do it the fastest way known for its kind."""
        if kind not in self._met:
            self._met.add(kind)
            return work(rows)
        if kind not in self._recordings:
            self._recordings[kind] = self._record(work, rows)
        return self._recordings[kind](rows)


def launcher(device: torch.device, generator: Generator) -> Launcher:
    """What suits the device; `generator` is the one that the work draws from there."""
    if device.type != "cuda":
        return Directly()
    return Recorded(lambda work, rows: _cuda_graph(work, rows, generator))


def _cuda_graph(work: Work, rows: Tensor, generator: Generator) -> Work:
    graph, read = torch.cuda.CUDAGraph(), rows.clone()
    # Otherwise every launch would draw the same numbers.
    graph.register_generator_state(generator)
    with torch.cuda.graph(graph):
        figures = work(read)

    def launch(rows: Tensor) -> Tensor:
        read.copy_(rows)
        graph.replay()
        return figures.clone()

    return launch
