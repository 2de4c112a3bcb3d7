"""Which windows make up a batch."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class Mixer:
    """Draws window rows with replacement: a fixed share from people, the rest from everything."""

    human_share: float = 0.0

    def draw(self, rows: Tensor, human_rows: Tensor, size: int, generator: Generator) -> Tensor:
        """Rows of one batch, [size].

        Args:
            rows: [R] every window that may be sampled.
            human_rows: [R'] those in which a person drove; may be empty.
            size: batch size.
            generator: source of all randomness.
        """
        reserved = round(self.human_share * size) if len(human_rows) else 0
        free = rows[torch.randint(len(rows), (size - reserved,), generator=generator)]
        if not reserved:
            return free
        human = human_rows[torch.randint(len(human_rows), (reserved,), generator=generator)]
        return torch.cat([human, free])
