"""Tiny episodes whose windows can be worked out by hand."""

import numpy as np

from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.normalisation import Normalisation
from backend.rl.transitions import EpisodeArrays, StepSource, Windows, build

DIMS = Dims(token=3, state=2, action=2, chunk=4)
CONFIG = RltConfig(
    chunk=4,
    execute=4,
    return_chunks=1,
    exploration_chunk=0.3,
    batch_size=8,
    hidden=16,
    replay_capacity=1000,
    warmup_episodes=2,
    pretrain_steps=5,
)


def unit_normalisation(limit: float = 100.0) -> Normalisation:
    """Mean 0 and deviation 1, so that z-scores are physical units."""
    return Normalisation(
        action_mean=np.zeros(2, np.float32),
        action_std=np.ones(2, np.float32),
        action_limit=np.full(2, limit, np.float32),
        state_mean=np.zeros(2, np.float32),
        state_std=np.ones(2, np.float32),
    )


def episode(
    steps: int = 10,
    *,
    truncated: bool = False,
    hand_off_step: int | None = 0,
    source: StepSource = StepSource.BASE,
) -> EpisodeArrays:
    """Action at step t is (t + 1, -(t + 1)); everything at anchor i is filled with a sign of i.

    Anchors lie at even steps and at the end. The reference of anchor i, row c, is 100 * i + c.
    """
    numbers = np.arange(1, steps + 1, dtype=np.float32)
    anchors = np.unique([*range(0, steps + 1, 2), steps]).astype(np.int32)
    reference = 100.0 * anchors[:, None, None] + np.arange(4)[None, :, None] + np.zeros((1, 1, 2))
    return EpisodeArrays(
        action=np.stack([numbers, -numbers], axis=1),
        state=np.arange(steps + 1, dtype=np.float32)[:, None] + np.array([[0.0, 0.5]], np.float32),
        source=np.full(steps, source, np.uint8),
        anchor_step=anchors,
        z=np.repeat(anchors[:, None], 3, axis=1).astype(np.float32),
        reference=reference.astype(np.float32),
        truncated=truncated,
        hand_off_step=hand_off_step,
    )


def windows(arrays: EpisodeArrays, *, delay: int = 1, config: RltConfig = CONFIG) -> Windows:
    """Windows in physical units."""
    return build(arrays, delay=delay, normalisation=unit_normalisation(), config=config)
