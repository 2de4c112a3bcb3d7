"""From what happened in one episode to the windows that are learned from.

An observation at step i asks for a chunk that is played from step i + d on (d = delay), so the
window of anchor i holds actions[i+d : i+d+C]; it is followed by the anchor C steps later. Windows
at the end of an episode are shorter: they are filled up with zero displacements ("stay"), and keep
their true length for the discount. Without them a success would be one rewarded window.

What follows a window is looked at `return_chunks` chunks after its beginning (an n-step return):
values are made from what really happened that far, and from other values only then.

Legend: N anchors in the episode, R anchors kept, T played steps, C chunk, A action, S state,
K token.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from backend.rl.config import RltConfig
from backend.rl.normalisation import Normalisation

Floats = NDArray[np.float32]


class StepSource(IntEnum):
    """Who produced a played step, as stored in episode files."""

    BASE = 0
    RL = 1
    HUMAN = 2
    HOLD = 3


@dataclass(frozen=True, kw_only=True)
class EpisodeArrays:
    """One episode as its file holds it, physical units."""

    action: Floats
    """[T, A] what the robot really did."""
    state: Floats
    """[T + 1, S] proprioception before each step, and after the last one."""
    source: NDArray[np.uint8]
    """[T] a StepSource for each played step."""
    anchor_step: NDArray[np.int32]
    """[N] ascending steps at which an observation was stored."""
    z: Floats
    """[N, K] RL token at each anchor."""
    reference: Floats
    """[N, C, A] the base policy's proposal for steps i+d .. i+d+C, time-scaled."""
    truncated: bool
    """Cut short (time-out, stop) rather than judged at its end."""
    hand_off_step: int | None
    """First step of the segment to learn from; None when it was never handed off."""

    @property
    def steps(self) -> int:
        """T, played steps."""
        return len(self.action)


@dataclass(frozen=True, kw_only=True)
class Windows:
    """What one episode adds to the replay. Actions and references are flat z-scores [R, C*A]."""

    x: Floats
    """[R, K + S] token and z-scored proprioception."""
    reference: Floats
    action: Floats
    target: Floats
    """What the actor is pulled to: the reference, and a person's action where one drove."""
    steps: NDArray[np.int64]
    """[R] steps n of the return, from the window's first step on, fewer where the episode ends;
    0 for anchors that only serve as a following state."""
    last: NDArray[np.bool_]
    """[R] True where those steps hold the episode's last one."""
    following: NDArray[np.int64]
    """[R] row of the state that follows those steps."""
    source: NDArray[np.uint8]
    """[R] human if a person drove any step of the window, else rl, else base."""
    truncated: bool

    def __len__(self) -> int:
        """Windows that can be learned from."""
        return int(np.count_nonzero(self.steps))


def build(
    episode: EpisodeArrays, *, delay: int, normalisation: Normalisation, config: RltConfig
) -> Windows:
    """Cut one episode into windows. A pure function of the file, the delay and the config."""
    _check(episode, config.chunk)
    rows = _kept_rows(episode, delay)
    anchors = episode.anchor_step[rows].astype(np.int64)
    index = anchors[:, None] + delay + np.arange(config.chunk)
    inside = index < episode.steps
    clipped = np.minimum(index, max(episode.steps - 1, 0))

    played = np.where(inside[..., None], episode.action[clipped], 0.0)
    played_z = normalisation.action_z(played)
    reference_z = normalisation.action_z(episode.reference[rows])
    human = inside & (episode.source[clipped] == StepSource.HUMAN)
    target_z = np.where(human[..., None], played_z, reference_z)

    first, ahead = anchors + delay, config.chunk * config.return_chunks
    steps = np.clip(episode.steps - first, 0, ahead)
    state_z = normalisation.state_z(episode.state[anchors])
    return Windows(
        x=np.concatenate([episode.z[rows].astype(np.float32), state_z], axis=1),
        reference=_flat(target_z if config.human_replaces_reference else reference_z),
        action=_flat(played_z),
        target=_flat(target_z),
        steps=steps,
        last=(steps > 0) & (first + ahead >= episode.steps),
        following=_following(anchors, steps),
        source=_window_source(episode.source[clipped], inside),
        truncated=episode.truncated,
    )


def _check(episode: EpisodeArrays, chunk: int) -> None:
    if len(episode.state) != episode.steps + 1:
        msg = f"An episode of {episode.steps} steps needs {episode.steps + 1} states."
        raise ValueError(msg)
    if len(episode.z) != len(episode.anchor_step) or len(episode.reference) != len(episode.z):
        msg = "Every anchor needs one token and one reference chunk."
        raise ValueError(msg)
    if episode.reference.shape[1] != chunk:
        msg = (
            f"The episode's references have {episode.reference.shape[1]} steps but the run uses "
            f"chunks of {chunk}; learn from it with the chunk it was recorded with."
        )
        raise ValueError(msg)


def _kept_rows(episode: EpisodeArrays, delay: int) -> NDArray[np.intp]:
    if episode.hand_off_step is None:
        return np.zeros(0, np.intp)
    return np.flatnonzero(episode.anchor_step + delay >= episode.hand_off_step)


def _following(anchors: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of the first anchor so many steps later or just after, else of the last one."""
    found = np.searchsorted(anchors, anchors + steps)
    return np.minimum(found, len(anchors) - 1)


def _window_source(sources: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    human = (inside & (sources == StepSource.HUMAN)).any(axis=1)
    learned = (inside & (sources == StepSource.RL)).any(axis=1)
    driver = np.where(learned, StepSource.RL, StepSource.BASE)
    return np.where(human, StepSource.HUMAN, driver).astype(np.uint8)


def _flat(chunk: Floats) -> Floats:
    return np.ascontiguousarray(
        chunk.reshape(len(chunk), chunk.shape[1] * chunk.shape[2]), np.float32
    )
