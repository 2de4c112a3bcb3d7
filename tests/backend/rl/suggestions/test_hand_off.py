import numpy as np
import pytest

from backend.rl.suggestions import hand_off
from backend.rl.suggestions.hand_off import Hysteresis, count, suggested_step, teach
from backend.rl.suggestions.trace import Trace


def trace(number: int, switch: int | None, *, moments: int = 30) -> Trace:
    """The feature is how far the attempt has come; the switch is due at 100."""
    steps = np.arange(moments, dtype=np.int32) * 5
    start = 100 - (switch or 100)
    far = (steps + start).astype(np.float32)[:, None]
    if switch is None:
        far = np.minimum(far, 60)
    return Trace(
        episode_id=f"e{number}", steps=steps, features=far, last=far[-1],
        hand_off_step=switch, execute=5, takes=8,
    )  # fmt: skip


def told(rule: Hysteresis, probabilities: list[float]) -> list[bool]:
    return [rule.heard(p) for p in probabilities]


def test_a_single_high_boundary_is_not_enough() -> None:
    assert told(Hysteresis(), [0.9, 0.1, 0.6, 0.3]) == [False] * 4


def test_two_in_a_row_suggest_and_the_suggestion_holds() -> None:
    assert told(Hysteresis(), [0.1, 0.4, 0.9, 0.0]) == [False, False, True, True]


def test_after_a_persons_switch_nothing_is_suggested_again() -> None:
    rule = Hysteresis()
    told(rule, [0.9, 0.9])
    rule.overruled()
    assert told(rule, [0.9, 0.9, 0.9]) == [False] * 3


def test_the_suggested_step_is_where_the_switch_would_take_effect() -> None:
    seen = trace(0, 100)
    probability = np.zeros(30)
    probability[[4, 10, 11, 12]] = 0.9
    assert suggested_step(seen, probability) == 11 * 5 + 8
    assert suggested_step(seen, np.zeros(30)) is None


def test_counts_by_hand() -> None:
    figures = count([100, 100, 100, None, None], [100 + 25, 100 - 26, None, 40, None])
    assert (figures["attempts"], figures["switches"], figures["suggestions"]) == (5, 3, 3)
    assert figures["right"] == 1
    assert figures["offset_quartiles"] == [-13.25, -0.5, 12.25]


def test_a_moment_counts_from_where_hysteresis_would_switch_in_time() -> None:
    """8 steps to take effect, 5 more for the second boundary: due from step 100 - 13 on."""
    y = hand_off._example(trace(0, 100)).y
    assert y.tolist() == [0.0] * 18 + [1.0] * 12


def test_switches_that_can_be_told_are_met() -> None:
    switches = [80 + 5 * (n % 9) for n in range(20)]
    taught = teach([*(trace(n, s) for n, s in enumerate(switches)), trace(99, None)])
    assert taught is not None
    figures = taught[1]
    assert (figures["switches"], figures["suggestions"], figures["right"]) == (20, 20, 20)
    offsets = figures["offset_quartiles"]
    assert offsets == pytest.approx([0, 0, 0], abs=6)


def test_few_switches_teach_nothing() -> None:
    assert teach([trace(n, 100) for n in range(hand_off.LEAST_SWITCHES - 1)]) is None
