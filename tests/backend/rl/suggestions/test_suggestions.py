from dataclasses import replace

import numpy as np
import pytest

from backend.rl.suggestions import Judged, Suggestions, teach
from tests.backend.rl.suggestions.test_hand_off import trace


def judged(number: int, switch: int | None = 100) -> Judged:
    good = number % 2 == 1
    seen = trace(number, switch)
    seen = replace(seen, last=np.array([float(good)], np.float32))
    return Judged(trace=seen, outcome="success" if good else "failure")


LESSON = [judged(number, 80 + 5 * (number % 9)) for number in range(24)]


def test_both_are_learned_kept_and_read_back() -> None:
    taught = teach(LESSON)
    assert taught is not None
    assert taught.figures["hand_off"]["right"] == 24
    assert taught.figures["success"]["agreed"] == 24
    again = Suggestions.load(taught.suggestions.arrays())
    here = (np.array([120.0], np.float32), np.zeros(0, np.float32))
    before = taught.suggestions.hand_off_probability(*here)
    assert before is not None
    assert before > 0.5
    assert again.hand_off_probability(*here) == before
    one = LESSON[1].trace
    assert again.success_probability(one) == taught.suggestions.success_probability(one)


def test_switches_that_were_suggested_teach_nothing_about_switching() -> None:
    taught = teach([replace(one, by_suggestion=True) for one in LESSON])
    assert taught is not None
    assert taught.figures["hand_off"] is None
    assert taught.suggestions.hand_off_probability(np.ones(1, np.float32), np.ones(0)) is None  # type: ignore[arg-type]
    assert taught.figures["success"] is not None


def test_what_a_lesson_is_too_small_for_stays_as_it_was() -> None:
    before, after = teach(LESSON), teach([replace(one, by_suggestion=True) for one in LESSON])
    assert before is not None
    assert after is not None
    assert after.suggestions.hand_off is None
    whole = after.on_top_of(before)
    assert whole.suggestions.hand_off is before.suggestions.hand_off
    assert whole.suggestions.success is after.suggestions.success
    assert whole.figures["hand_off"] == before.figures["hand_off"]
    assert after.on_top_of(None) is after


def test_discarded_attempts_are_left_out() -> None:
    assert teach([replace(one, outcome="discard") for one in LESSON]) is None


def test_values_that_are_not_numbers_are_refused() -> None:
    taught = teach(LESSON)
    assert taught is not None
    arrays = taught.suggestions.arrays()
    arrays["success.score.bias"] = np.array([np.nan])
    with pytest.raises(ValueError, match=r"success\.score\.bias"):
        Suggestions.load(arrays)
