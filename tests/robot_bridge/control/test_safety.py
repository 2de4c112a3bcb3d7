import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from robot_bridge.control.safety import SafetyFilter
from robot_bridge.robots.base import Vector
from robot_bridge.robots.fake.robot import LIMIT, spec_of

SPEC = spec_of("ethernet")
RATE = np.asarray(SPEC.action_rate_limit)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", range(6))
def test_what_is_no_number_is_rejected_by_name(bad: float, place: int) -> None:
    wish = np.zeros(6)
    wish[place] = bad
    verdict = SafetyFilter(SPEC).judge(wish)
    assert verdict.action is None
    assert f"component {place}" in verdict.reason


def test_a_wrong_size_is_rejected() -> None:
    assert SafetyFilter(SPEC).judge(np.zeros(5)).action is None


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("sign", [1, -1])
def test_a_wish_is_clipped_to_the_limit_in_as_many_steps_as_the_rate_allows(
    place: int, sign: int
) -> None:
    safety = SafetyFilter(SPEC)
    wish = np.zeros(6)
    wish[place] = sign * 99.0
    first, second, third = (safety.judge(wish).action for _ in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first[place] == pytest.approx(sign * RATE[place])
    assert second[place] == pytest.approx(sign * LIMIT[place])
    assert third[place] == pytest.approx(sign * LIMIT[place])


def test_after_a_hold_the_change_counts_from_standstill() -> None:
    safety = SafetyFilter(SPEC)
    full = np.asarray(LIMIT)
    safety.judge(full)
    safety.judge(full)
    safety.rest()
    again = safety.judge(full).action
    assert again is not None
    assert again == pytest.approx(RATE)


def test_a_rejected_action_does_not_move_the_reference_of_the_rate() -> None:
    safety = SafetyFilter(SPEC)
    safety.judge(np.full(6, np.nan))
    after = safety.judge(np.asarray(LIMIT)).action
    assert after is not None
    assert after == pytest.approx(RATE)


@given(st.lists(arrays(np.float64, 6, elements=st.floats(width=64)), max_size=8))
def test_nothing_that_passes_breaks_a_limit(wishes: list[Vector]) -> None:
    safety = SafetyFilter(SPEC)
    previous = np.zeros(6)
    for wish in wishes:
        sent = safety.judge(wish).action
        if sent is None:
            assert not np.isfinite(wish).all()
            continue
        assert np.isfinite(sent).all()
        assert (np.abs(sent) <= np.asarray(LIMIT)).all()
        assert (np.abs(sent - previous) <= RATE * (1 + 1e-9)).all()
        previous = sent
