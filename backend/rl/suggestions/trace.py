"""What suggestions are learned from: an attempt at its chunk boundaries. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Steps = NDArray[np.int32]

AFTER_SWITCH = 100
"""Steps after the hand-off that still tell what the precise part looks like."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """One attempt. n moments, F features: the token, then the proprioception in physical units."""

    episode_id: str
    steps: Steps
    """[n] ascending; empty where the attempt began in the precise part."""
    features: Singles
    """[n, F]"""
    last: Singles
    """[F] the last moment: what a judgement is about."""
    hand_off_step: int | None
    """First step after the switch; None if there was none."""
    execute: int
    """Steps of a chunk that are played."""
    takes: int
    """Steps from a moment until a switch that is ordered because of it takes effect."""


def trace_of(
    *,
    episode_id: str,
    anchor_step: Steps,
    z: Singles,
    state: Singles,
    hand_off_step: int | None,
    switches: bool,
    execute: int,
    delay: int,
) -> Trace | None:
    """The moments nearest to chunk boundaries; None for an attempt without any.

    Args:
        episode_id: of the attempt.
        anchor_step: [N] steps at which tokens are known.
        z: [N, K] tokens.
        state: [T + 1, S]
        hand_off_step: first step after the switch.
        switches: whether somebody could switch; false where the precise part comes first.
        execute: steps of a chunk that are played.
        delay: steps from a moment to its chunk.
    """
    if not len(anchor_step):
        return None
    features = np.concatenate([z, state[anchor_step]], axis=1).astype(np.float32)
    kept = np.zeros(0, np.int64)
    if switches:
        last = int(anchor_step[-1])
        if hand_off_step is not None:
            last = min(last, hand_off_step + AFTER_SWITCH)
        kept = np.unique(np.searchsorted(anchor_step, np.arange(0, last + 1, execute)))
    return Trace(
        episode_id=episode_id,
        steps=anchor_step[kept].astype(np.int32),
        features=features[kept],
        last=features[-1],
        hand_off_step=hand_off_step,
        execute=execute,
        takes=delay + execute,
    )
