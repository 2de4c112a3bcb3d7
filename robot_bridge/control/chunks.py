"""Playing chunks: when to ask for the next one, what to play now, what to refuse.

An observation taken at step k asks for a chunk to be played from step k + delay. While the current
chunk still has `delay` steps to go, the next one is asked for; when it comes late the robot holds
and the whole chunk is played from the step at which it came.
"""

from dataclasses import dataclass

import numpy as np

from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.messages import Chunk, Source
from robot_bridge.robots.base import Vector

_DRIVERS = (Source.BASE, Source.RL)


@dataclass(frozen=True)
class Ask:
    """One wish for a chunk."""

    step: int
    delay: int
    rl: bool

    @property
    def first_step(self) -> int:
        """Step at which the answer should begin."""
        return self.step + self.delay


@dataclass(frozen=True)
class Play:
    """The action of one step, before the safety filter."""

    action: Vector
    source: Source
    policy_version: int
    begins: Ask | None
    """The wish that this step begins to fulfil, at the first step of a chunk only."""


@dataclass(frozen=True)
class _Answer:
    ask: Ask
    actions: Vector
    source: Source
    policy_version: int


class ChunkPlayer:
    """Owns the chunk that plays, the one that waits, and the one that is asked for."""

    def __init__(self, *, chunk: int, delay: int, action_size: int) -> None:
        """`delay` must be smaller than `chunk`: a chunk is asked for while another one plays."""
        self.chunk = chunk
        self.delay = delay
        self._shape = (chunk, action_size)
        self._playing: _Answer | None = None
        self._start = 0
        self._waiting: _Answer | None = None
        self.asked: Ask | None = None

    def ask(self, step: int, *, rl: bool) -> Ask | None:
        """The wish to send at this step, if it is time for one; it is remembered as sent."""
        if self.asked is not None or self._waiting is not None:
            return None
        left = self._left(step)
        if left > self.delay:
            return None
        self.asked = Ask(step, left, rl)
        return self.asked

    def offer(self, chunk: Chunk) -> str | None:
        """Take an answer. Returns why it was refused, or an empty string.

        None: it answers a question nobody asks any more and is dropped; after a take-over or an end
        that is the normal course of things.
        """
        if self.asked is None or chunk.first_step != self.asked.first_step:
            return None
        if chunk.source not in _DRIVERS:
            return f"a chunk comes from base or rl, not from {chunk.source.value}"
        if tuple(chunk.actions.shape) != self._shape or chunk.actions.dtype != "f4":
            return (
                f"a chunk must be float32 {list(self._shape)}, "
                f"{chunk.actions.dtype} {list(chunk.actions.shape)} came"
            )
        try:
            actions = chunk.actions.numpy().astype(np.float64)
        except ProtocolError as error:
            return str(error)
        self._waiting = _Answer(self.asked, actions, chunk.source, chunk.policy_version)
        self.asked = None
        return ""

    def ready(self, step: int) -> bool:
        """Whether there is something to play at this step."""
        return self._left(step) > 0 or self._waiting is not None

    def play(self, step: int) -> Play | None:
        """The action of this step; None means that the robot must hold."""
        begins = None
        if self._left(step) == 0:
            if self._waiting is None:
                return None
            self._playing, self._waiting, self._start = self._waiting, None, step
            begins = self._playing.ask
        playing = self._playing
        if playing is None:
            return None
        action = playing.actions[step - self._start]
        return Play(action, playing.source, playing.policy_version, begins)

    def switch_step(self, step: int) -> int:
        """Step at which a switch ordered now takes effect, if no chunk is late."""
        boundary = step + self._left(step)
        taken = self.asked is not None or self._waiting is not None
        return boundary + self.chunk if taken else boundary

    def cancel(self) -> None:
        """Forget everything: a person drives, or the episode is over."""
        self._playing = self._waiting = self.asked = None

    def _left(self, step: int) -> int:
        return 0 if self._playing is None else max(0, self._start + self.chunk - step)
