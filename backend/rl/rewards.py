"""From a person's judgement to numbers: reward and bootstrap factor of each window's return.

The reward is sparse: 1 at the last step of a success, 0 elsewhere. A judged ending is terminal. An
episode cut short (time-out, stop) that was not a success says nothing about what would have come
next, so its last windows bootstrap.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Outcome = Literal["success", "failure", "discard"]

LEARNABLE: frozenset[str] = frozenset({"success", "failure"})


def window_returns(
    steps: NDArray[np.int64],
    last: NDArray[np.bool_],
    *,
    outcome: Outcome,
    truncated: bool,
    gamma: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Discounted reward of each window's return and the factor on the value that follows it.

    Args:
        steps: [R] played steps n of each return.
        last: [R] True where the return holds the episode's last step.
        outcome: success or failure.
        truncated: the episode was cut short rather than judged at its end.
        gamma: discount per control step.

    Returns:
        reward [R] (gamma^(n-1) where the reward falls into it) and discount [R] (gamma^n,
        or 0 after a terminal step).
    """
    ends = last & (truncated is False or outcome == "success")
    reward = np.where(last & (outcome == "success"), gamma ** (steps - 1.0), 0.0)
    discount = np.where(ends, 0.0, gamma**steps)
    return reward.astype(np.float32), discount.astype(np.float32)
