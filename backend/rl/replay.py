"""Windows of many episodes in one preallocated ring; judgements may change at any time.

Each anchor is one row: token and proprioception are stored once, and the state that follows a
window is another row of the same episode. Episodes lie in one piece; when the ring is full the
oldest episodes leave whole.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from backend.rl.dims import Dims
from backend.rl.mixer import Mixer
from backend.rl.rewards import LEARNABLE, Outcome, window_returns
from backend.rl.transitions import StepSource, Windows


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One batch of windows. B windows, D = K + S, F = C * A; actions are z-scores."""

    x: Tensor
    """[B, D]"""
    reference: Tensor
    """[B, F] what the actor is shown."""
    action: Tensor
    """[B, F] what was played."""
    target: Tensor
    """[B, F] what the actor is pulled to."""
    reward: Tensor
    """[B] discounted reward of the return's steps."""
    discount: Tensor
    """[B] factor on the value of the following state, 0 after a terminal step."""
    next_x: Tensor
    """[B, D]"""
    next_reference: Tensor
    """[B, F] the proposal made at the following state, not a slice of the old one."""


@dataclass
class _Entry:
    """One episode's place in the ring, and what a new judgement needs."""

    start: int
    steps: NDArray[np.int64]
    last: NDArray[np.bool_]
    source: NDArray[np.uint8]
    truncated: bool
    outcome: Outcome | None = None

    @property
    def stop(self) -> int:
        return self.start + len(self.steps)

    def rows(self, *, human_only: bool = False) -> Tensor:
        chosen = self.steps > 0
        if human_only:
            chosen = chosen & (self.source == StepSource.HUMAN)
        return torch.from_numpy(np.flatnonzero(chosen) + self.start)


def blurred(batch: Batch, deviation: float, generator: Generator) -> Batch:
    """The batch with noise on its observations, which are in standard deviations.

    Hundreds of updates look at each window of a few thousand; what they see must not be the same
    to the last bit each time, or they learn it by heart.
    """
    if not deviation:
        return batch
    x, next_x = (
        x.add(torch.randn(x.shape, generator=generator, device=x.device), alpha=deviation)
        for x in (batch.x, batch.next_x)
    )
    return replace(batch, x=x, next_x=next_x)


class Replay:
    """The learner's memory. Holds unlabelled episodes too, but never samples them."""

    def __init__(
        self,
        dims: Dims,
        capacity: int,
        *,
        gamma: float = 0.99,
        human_share: float = 0.0,
        device: torch.device | None = None,
    ) -> None:
        """Reserve room for `capacity` anchors.

        Args:
            dims: vector sizes.
            capacity: anchors kept at most.
            gamma: discount per control step.
            human_share: share of each batch reserved for windows a person drove.
            device: where the windows lie and batches are made; the processor if not said.
        """
        self.dims = dims
        self.capacity = capacity
        self._gamma = gamma
        self._mixer = Mixer(human_share)
        flat = dims.flat_chunk
        widths = [dims.observation, flat, flat, flat, 1, 1]
        self._table = torch.zeros(capacity, sum(widths), device=device)
        """One row for each anchor, so that a batch is one look: `_split` says what is where."""
        self._widths = widths
        self._x, self._reference, self._action, self._target, reward, discount = self._split(
            self._table
        )
        self._reward, self._discount = reward[:, 0], discount[:, 0]
        self._following = torch.zeros(capacity, dtype=torch.int64, device=device)
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._head = 0
        self._index: tuple[Tensor, Tensor] | None = None

    def __len__(self) -> int:
        """Windows that may be sampled now."""
        return len(self._rows()[0])

    @property
    def episodes(self) -> int:
        """Episodes that are learned from now."""
        return sum(entry.outcome in LEARNABLE for entry in self._entries.values())

    def __contains__(self, episode_id: str) -> bool:
        """Whether the episode's windows are held, labelled or not."""
        return episode_id in self._entries

    def add(self, episode_id: str, windows: Windows, outcome: Outcome | None = None) -> int:
        """Store one episode; return how many windows it adds. A second copy is refused."""
        if episode_id in self._entries:
            msg = f"Episode {episode_id} is already in the replay."
            raise ValueError(msg)
        count = len(windows.x)
        if count > self.capacity:
            msg = f"An episode of {count} anchors does not fit a replay of {self.capacity}."
            raise ValueError(msg)
        if count == 0:
            return 0
        if windows.x.shape[1] != self.dims.observation:
            msg = (
                f"The episode's observations have length {windows.x.shape[1]}, this run's "
                f"{self.dims.observation}: it was recorded with another token or robot."
            )
            raise ValueError(msg)
        start = self._make_room(count)
        self._write(start, windows)
        self._entries[episode_id] = _Entry(
            start, windows.steps, windows.last, windows.source, windows.truncated
        )
        self.set_outcome(episode_id, outcome)
        return len(windows)

    def set_outcome(self, episode_id: str, outcome: Outcome | None) -> None:
        """Judge or re-judge an episode in place. Saying the same twice changes nothing."""
        entry = self._entries.get(episode_id)
        if entry is None:
            return
        entry.outcome = outcome
        self._index = None
        if outcome is None or outcome not in LEARNABLE:
            return
        reward, discount = window_returns(
            entry.steps,
            entry.last,
            outcome=outcome,
            truncated=entry.truncated,
            gamma=self._gamma,
        )
        self._reward[entry.start : entry.stop] = torch.from_numpy(reward)
        self._discount[entry.start : entry.stop] = torch.from_numpy(discount)

    def drop(self, episode_id: str) -> None:
        """Forget an episode."""
        self._entries.pop(episode_id, None)
        self._index = None

    def sample(self, batch_size: int, generator: Generator) -> Batch:
        """Draw one batch, with replacement."""
        return self.at(self.draw(batch_size, generator).to(self._table.device))

    def draw(self, batch_size: int, generator: Generator) -> Tensor:
        """Row numbers [B] of one batch, with replacement, on the processor."""
        rows, human_rows = self._rows()
        if len(rows) == 0:
            msg = "The replay holds no labelled windows yet; label some episodes first."
            raise ValueError(msg)
        return self._mixer.draw(rows, human_rows, batch_size, generator)

    def at(self, rows: Tensor) -> Batch:
        """The windows of these rows [B], which lie where the windows do."""
        x, reference, action, target, reward, discount = self._split(
            torch.index_select(self._table, 0, rows)
        )
        seen = self.dims.observation + self.dims.flat_chunk
        following = torch.index_select(self._table[:, :seen], 0, self._following[rows])
        return Batch(
            x=x,
            reference=reference,
            action=action,
            target=target,
            reward=reward[:, 0],
            discount=discount[:, 0],
            next_x=following[:, : self.dims.observation],
            next_reference=following[:, self.dims.observation :],
        )

    def composition(self) -> dict[str, int]:
        """Sampleable windows by who drove them."""
        counts = np.zeros(len(StepSource), int)
        for entry in self._entries.values():
            if entry.outcome in LEARNABLE:
                used = entry.source[entry.steps > 0]
                counts += np.bincount(used, minlength=len(StepSource))
        drivers = (StepSource.BASE, StepSource.RL, StepSource.HUMAN)
        return {driver.name.lower(): int(counts[driver]) for driver in drivers}

    def _split(self, table: Tensor) -> tuple[Tensor, ...]:
        """Observation, reference, action, target, reward and discount of rows of the table."""
        return torch.split(table, self._widths, dim=1)

    def _rows(self) -> tuple[Tensor, Tensor]:
        if self._index is None:
            used = [e for e in self._entries.values() if e.outcome in LEARNABLE]
            empty = torch.zeros(0, dtype=torch.int64)
            rows = torch.cat([empty, *(entry.rows() for entry in used)])
            human = torch.cat([empty, *(entry.rows(human_only=True) for entry in used)])
            self._index = rows, human
        return self._index

    def _make_room(self, count: int) -> int:
        if self._head + count > self.capacity:
            self._head = 0
        start, stop = self._head, self._head + count
        for name in [n for n, e in self._entries.items() if e.start < stop and start < e.stop]:
            self.drop(name)
        self._head = stop
        return start

    def _write(self, start: int, windows: Windows) -> None:
        rows = slice(start, start + len(windows.x))
        self._x[rows] = torch.from_numpy(windows.x)
        self._reference[rows] = torch.from_numpy(windows.reference)
        self._action[rows] = torch.from_numpy(windows.action)
        self._target[rows] = torch.from_numpy(windows.target)
        self._following[rows] = torch.from_numpy(windows.following + start)
