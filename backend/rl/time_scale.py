"""Play a chunk of displacements faster than it was demonstrated."""

import numpy as np
from numpy.typing import NDArray


def faster(chunk: NDArray[np.floating], speed: float) -> NDArray[np.float32]:
    """Resample displacements [..., H, A] so that the same path takes H / speed steps.

    Displacements add up along the path; the path is read at multiples of `speed` and differenced
    again. The result has floor(H / speed) steps. Limits are not applied here: the safety filter of
    the robot has the last word.
    """
    if speed < 1.0:
        msg = f"A reference can be played at speed 1 or faster, not {speed}."
        raise ValueError(msg)
    values = np.asarray(chunk, np.float64)
    start = np.zeros_like(values[..., :1, :])
    path = np.concatenate([start, np.cumsum(values, axis=-2)], axis=-2)
    # The small addition keeps 50 / 1.25 = 40 from becoming 39 in floating point.
    length = int(np.floor(values.shape[-2] / speed + 1e-9))
    at = np.arange(length + 1) * speed
    below = np.minimum(np.floor(at + 1e-9).astype(int), values.shape[-2])
    above = np.minimum(below + 1, values.shape[-2])
    share = np.clip(at - below, 0.0, 1.0)[:, None]
    sampled = path[..., below, :] * (1.0 - share) + path[..., above, :] * share
    return np.asarray(np.diff(sampled, axis=-2), np.float32)
