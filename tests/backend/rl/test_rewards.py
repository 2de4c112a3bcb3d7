import numpy as np
import pytest

from backend.rl.rewards import Outcome, window_returns

STEPS = np.array([4, 3, 1, 0])
LAST = np.array([False, True, True, False])


def returns(outcome: Outcome, *, truncated: bool = False) -> tuple[list[float], list[float]]:
    reward, discount = window_returns(STEPS, LAST, outcome=outcome, truncated=truncated, gamma=0.5)
    return [float(v) for v in reward], [float(v) for v in discount]


def test_success_pays_at_the_last_step_and_ends() -> None:
    # gamma^(n-1): 0.5^2 and 0.5^0 where the last step is inside; no bootstrap there.
    assert returns("success") == ([0, 0.25, 1, 0], [0.0625, 0, 0, 1])


def test_judged_failure_ends_without_pay() -> None:
    assert returns("failure") == ([0, 0, 0, 0], [0.0625, 0, 0, 1])


def test_time_out_bootstraps_with_the_true_length() -> None:
    assert returns("failure", truncated=True) == ([0, 0, 0, 0], [0.0625, 0.125, 0.5, 1])


@pytest.mark.parametrize("truncated", [False, True])
def test_success_is_terminal_however_the_episode_was_stopped(truncated: bool) -> None:
    assert returns("success", truncated=truncated)[1][1:3] == [0, 0]
