"""Turns what happened into durable messages, in order and without gaps.

A report leaves when the pictures of all its anchors are there; pictures come from another process
and later than the steps they belong to.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import numpy as np

from robot_bridge.control.ports import Durable
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import (
    Anchor,
    ChunkReport,
    ConsoleFrame,
    EpisodeEnd,
    EpisodeStart,
    PolicyImage,
    Source,
)
from robot_bridge.robots.base import Vector

STRIDE = 2

Images = tuple[PolicyImage, ...]


@dataclass(frozen=True)
class Step:
    """One executed control period."""

    state: Vector
    action: Vector
    source: Source
    policy_version: int


@dataclass
class _Stretch:
    start: int
    steps: list[Step] = field(default_factory=list)
    anchors: dict[int, Images | None] = field(default_factory=dict)

    def complete(self) -> bool:
        return None not in self.anchors.values()


class Recorder:
    """Records one episode. `emit` receives EpisodeStart, ChunkReport … and EpisodeEnd."""

    def __init__(
        self, start: EpisodeStart, *, report_steps: int, emit: Callable[[Durable], None]
    ) -> None:
        """Emits the start at once."""
        self.episode_id = start.episode_id
        self.closed = False
        self.hand_off_step = -1
        """Goes into every report, for a crash may take the end of the episode."""
        self._emit = emit
        self._report_steps = report_steps
        self._seq = 0
        self._steps = 0
        self._open = _Stretch(0)
        self._cut: deque[_Stretch] = deque()
        self._frames: list[ConsoleFrame] = []
        self._end: EpisodeEnd | None = None
        self._last: Images | None = None
        self._send(start)

    @property
    def steps(self) -> int:
        """Steps recorded so far."""
        return self._steps

    def boundary(self) -> None:
        """A chunk begins here: what came before is one report."""
        if self._open.steps:
            self._cut.append(self._open)
            self._open = _Stretch(self._steps)
        self._flush()

    def step(self, step: Step) -> bool:
        """Record a step; returns whether the pictures of its beginning are wanted as an anchor."""
        if len(self._open.steps) >= self._report_steps:
            self.boundary()
        anchor = self._steps % STRIDE == 0
        if anchor:
            self._open.anchors[self._steps] = None
        self._open.steps.append(step)
        self._steps += 1
        return anchor

    def images(self, step: int, images: Images) -> None:
        """The pictures of an anchor, or of the moment after the last step."""
        if self._end is not None and step == self._end.steps:
            self._last = images
        for stretch in (*self._cut, self._open):
            if step in stretch.anchors:
                stretch.anchors[step] = images
        self._flush()

    def frame(self, frame: ConsoleFrame) -> None:
        """A kept picture; it leaves with the next report."""
        self._frames.append(frame)

    def finish(self, end: EpisodeEnd, *, expect_images: bool) -> None:
        """The episode is over; the end leaves when the pictures still missing are there."""
        self._end = end
        self._last = None if expect_images else ()
        self.boundary()

    def give_up(self) -> None:
        """No more pictures will come: anchors without pictures are left out."""
        for stretch in (*self._cut, self._open):
            stretch.anchors = {k: v for k, v in stretch.anchors.items() if v is not None}
        self._last = self._last or ()
        self._flush()

    def _flush(self) -> None:
        if self.closed:
            return
        while self._cut and self._cut[0].complete():
            self._report(self._cut.popleft())
        if self._end is not None and not self._cut and self._last is not None:
            self.closed = True
            self._send(msgspec.structs.replace(self._end, seq=self._seq, last_images=self._last))

    def _report(self, stretch: _Stretch) -> None:
        frames, self._frames = tuple(self._frames), []
        anchors = [
            Anchor(step=step, images=images)
            for step, images in stretch.anchors.items()
            if images is not None
        ]
        self._send(
            ChunkReport(
                seq=self._seq,
                episode_id=self.episode_id,
                start_step=stretch.start,
                actions=Array.of(np.asarray([s.action for s in stretch.steps], np.float32)),
                states=Array.of(np.asarray([s.state for s in stretch.steps], np.float32)),
                sources=tuple(s.source for s in stretch.steps),
                policy_versions=tuple(s.policy_version for s in stretch.steps),
                anchors=tuple(anchors),
                frames=frames,
                hand_off_step=self.hand_off_step,
            )
        )

    def _send(self, message: Durable) -> None:
        self._emit(message)
        self._seq += 1
