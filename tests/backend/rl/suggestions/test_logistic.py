import numpy as np
import pytest

from backend.rl.suggestions.logistic import Logistic, balanced, fit, sigmoid


def test_sigmoid_by_hand_and_without_overflow() -> None:
    assert sigmoid(np.array([0.0, np.log(3.0)])).tolist() == pytest.approx([0.5, 0.75])
    assert sigmoid(np.array([-1e6, 1e6])).tolist() == [0.0, 1.0]


def test_both_classes_count_for_half() -> None:
    assert balanced(np.array([1.0, 0, 0, 0, 0])).tolist() == [0.5, 0.125, 0.125, 0.125, 0.125]


def test_without_a_feature_that_tells_the_bias_is_the_log_odds_of_the_share() -> None:
    y = np.array([1.0, 1, 1, 0])
    found = fit(np.zeros((4, 1)), y, np.ones(4), ridge=0.1)
    assert found.bias == pytest.approx(np.log(3))
    assert found.weight.tolist() == [0.0]


def test_two_by_two_table_by_hand() -> None:
    """Of x = -1 one in four is a yes, of x = 1 three in four: log-odds are ±log 3."""
    x = np.repeat([-1.0, 1.0], 4)[:, None]
    y = np.array([1.0, 0, 0, 0, 1, 1, 1, 0])
    found = fit(x, y, np.ones(8), ridge=0.0)
    assert found.logit(np.array([[-1.0], [1.0]])) == pytest.approx([-np.log(3), np.log(3)])


def test_the_slope_is_zero_at_the_fit_with_a_pull() -> None:
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(40, 3)), (draw.random(40) < 0.4).astype(float)
    found = fit(x, y, balanced(y), ridge=0.2)
    rows = (x - found.mean) / found.scale
    slope = rows.T @ (balanced(y) * (found.probability(x) - y)) + 0.2 * found.weight
    assert np.abs(slope).max() < 1e-6


def test_a_start_nearby_leads_to_the_same_end() -> None:
    draw = np.random.default_rng(1)
    x, y = draw.normal(size=(40, 3)), (draw.random(40) < 0.5).astype(float)
    begin = fit(x[:30], y[:30], np.ones(30), ridge=0.1)
    cold, warm = (fit(x, y, np.ones(40), 0.1, start) for start in (None, begin))
    assert cold.weight == pytest.approx(warm.weight, abs=1e-6)


def test_perfectly_told_classes_stay_finite() -> None:
    x = np.array([[-1.0], [1.0]])
    assert np.isfinite(fit(x, np.array([0.0, 1.0]), np.ones(2), ridge=0.1).weight).all()


def test_arrays_bring_it_back() -> None:
    found = fit(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), np.ones(2), ridge=0.1)
    again = Logistic.load(found.arrays("a"), "a")
    assert again.logit(np.array([[0.3]])) == found.logit(np.array([[0.3]]))
