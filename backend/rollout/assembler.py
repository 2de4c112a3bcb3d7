"""From the bridge's durable messages to one whole episode. Pure: no clock, no socket, no network.

Messages carry a sequence number from 0; repeats are ignored, gaps are refused, so the same journal
gives the same episode however often and in however many pieces it is sent.
"""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from backend.errors import BadRequest
from backend.rollout.moments import Floats, Moment, Sensed
from backend.storage.recording import SOURCES, Picture
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, EpisodeStart, PolicyImage

SOURCE_CODE = {name: code for code, name in enumerate(SOURCES)}


class JournalGap(BadRequest):
    """A message is missing; the bridge repeats the whole episode when it connects again."""

    title = "Messages missing"


class BadReport(BadRequest):
    """A report contradicts itself or the ones before; repeating it would not help."""

    title = "Report refused"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the robot said about its vectors and cameras."""

    robot: str
    control_hz: int
    action_names: tuple[str, ...]
    state_names: tuple[str, ...]
    cameras: tuple[str, ...]


class Assembly:
    """One episode while it comes in. Holds pictures in memory: the bridge's journal is the copy."""

    def __init__(self, start: EpisodeStart, layout: Layout) -> None:
        """An attempt begins."""
        if start.seq != 0:
            raise JournalGap(f"Episode {start.episode_id} begins with message {start.seq}, not 0.")
        if start.regime not in ("critical", "full"):
            raise BadReport(f"Regime {start.regime!r} is unknown; it is critical or full.")
        self.start = start
        self.layout = layout
        self.end: EpisodeEnd | None = None
        self.actions: list[Floats] = []
        self.states: list[Floats] = []
        self.sources: list[int] = []
        self.policy_versions: list[int] = []
        self.frames: list[Picture] = []
        self.held_bytes = 0
        """Pictures held in memory."""
        self._anchors: dict[int, Moment] = {}
        self._sensed: dict[int, Sensed] = {}
        self._next_seq = 1

    @property
    def episode_id(self) -> UUID:
        """The bridge's id of this attempt."""
        return self.start.episode_id

    @property
    def steps(self) -> int:
        """Steps reported so far."""
        return len(self.sources)

    @property
    def complete(self) -> bool:
        """Whether the end came and every anchor was sensed."""
        return self.end is not None and len(self._sensed) == len(self._anchors)

    def anchors(self) -> list[Sensed]:
        """What was sensed at every anchor, in order; only of a complete episode."""
        return [self._sensed[step] for step in sorted(self._anchors)]

    def add(self, message: ChunkReport | EpisodeEnd) -> list[Moment]:
        """Take the next message; return the moments that must still be sensed because of it."""
        if message.seq < self._next_seq:
            return []
        if message.seq > self._next_seq:
            raise JournalGap(
                f"Episode {self.episode_id}: message {message.seq} came where {self._next_seq} "
                "was due; the bridge has to connect again and repeat it."
            )
        moments = self._end(message) if isinstance(message, EpisodeEnd) else self._report(message)
        self._next_seq += 1
        self._anchors |= {moment.step: moment for moment in moments}
        self.held_bytes += sum(len(image.jpeg) for m in moments for image in m.images)
        return moments

    def sensed(self, result: Sensed) -> None:
        """The models' answer for one anchor."""
        if result.moment.step in self._anchors:
            self._sensed[result.moment.step] = result

    def _report(self, report: ChunkReport) -> list[Moment]:
        if self.end is not None:
            raise BadReport(f"Episode {self.episode_id} was reported on after its end.")
        if report.start_step != self.steps:
            raise BadReport(
                f"Episode {self.episode_id}: a report begins at step {report.start_step}, but "
                f"{self.steps} steps are known."
            )
        actions = _rows(report.actions, len(self.layout.action_names), "actions")
        states = _rows(report.states, len(self.layout.state_names), "states")
        if not len(actions) == len(states) == len(report.sources) == len(report.policy_versions):
            raise BadReport(f"Episode {self.episode_id}: the lists of a report differ in length.")
        moments = [
            self._moment(a.step, a.images, states[self._inside(a.step, len(states))])
            for a in report.anchors
        ]
        frames = [Picture(camera=f.camera, step=f.step, jpeg=f.jpeg) for f in report.frames]
        for frame in frames:
            self._check_camera(frame.camera)
        self.actions.extend(actions)
        self.states.extend(states)
        self.sources.extend(SOURCE_CODE[source.value] for source in report.sources)
        self.policy_versions.extend(report.policy_versions)
        self.frames.extend(frames)
        self.held_bytes += sum(len(frame.jpeg) for frame in frames)
        return moments

    def _end(self, end: EpisodeEnd) -> list[Moment]:
        if end.steps != self.steps:
            raise BadReport(
                f"Episode {self.episode_id} ends after {end.steps} steps, but {self.steps} were "
                "reported."
            )
        moments = []
        if end.last_state is not None:
            size = len(self.layout.state_names)
            last = _rows(Array(end.last_state.dtype, (1, size), end.last_state.data), size, "state")
            self.states.extend(last)
            if end.last_images:
                moments.append(self._moment(end.steps, end.last_images, last[0]))
        self.end = end
        return moments

    def _inside(self, step: int, count: int) -> int:
        if not self.steps <= step < self.steps + count:
            raise BadReport(
                f"Episode {self.episode_id}: anchor {step} lies outside its report of steps "
                f"{self.steps} to {self.steps + count}."
            )
        return step - self.steps

    def _moment(self, step: int, images: tuple[PolicyImage, ...], state: Floats) -> Moment:
        for image in images:
            self._check_camera(image.camera)
        return Moment(episode_id=self.episode_id, step=step, images=images, state=state)

    def _check_camera(self, camera: str) -> None:
        if camera not in self.layout.cameras:
            raise BadReport(f"Camera {camera!r} is none of {', '.join(self.layout.cameras)}.")


def _rows(array: Array, width: int, what: str) -> Floats:
    if array.dtype != "f4" or len(array.shape) != 2 or array.shape[1] != width:
        raise BadReport(
            f"{what} must be float32 [n, {width}], {array.dtype} {list(array.shape)} came."
        )
    return np.asarray(array.numpy(), np.float32)
