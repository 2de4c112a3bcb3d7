import numpy as np
import pytest

from backend.rl.suggestions.success import (
    LEAST_EACH,
    calibration_error,
    figures,
    reliability,
    teach,
)
from backend.rl.suggestions.trace import Trace


def ended(number: int, depth: float) -> Trace:
    last = np.array([depth], np.float32)
    return Trace(
        episode_id=f"e{number}", steps=np.zeros(0, np.int32), features=np.zeros((0, 1), np.float32),
        last=last, hand_off_step=None, execute=5, takes=8,
    )  # fmt: skip


def test_figures_by_hand() -> None:
    found = figures(np.array([0.9, 0.9, 0.1, 0.5]), np.array([1.0, 0, 0, 1]))
    assert found["brier"] == pytest.approx((0.01 + 0.81 + 0.01 + 0.25) / 4)
    assert found["brier_of_rate"] == 0.25
    assert found["agreed"] == 3
    assert found["successes"] == 2


def test_the_table_and_its_error_by_hand() -> None:
    table = reliability(np.array([0.1, 0.05, 0.95, 1.0]), np.array([0.0, 1, 1, 1]))
    assert [(row["low"], row["attempts"], row["successes"]) for row in table] == [
        (0.0, 2, 1),
        (0.8, 2, 2),
    ]
    assert [row["probability"] for row in table] == pytest.approx([0.075, 0.975])
    assert calibration_error(table) == pytest.approx((2 * 0.425 + 2 * 0.025) / 4)


def test_endings_that_can_be_told_are_told() -> None:
    draw = np.random.default_rng(0)
    judged = [(ended(n, (n % 2) + draw.normal() * 0.1), n % 2 == 1) for n in range(40)]
    taught = teach(judged)
    assert taught is not None
    assert taught[1]["agreed"] == 40
    probability = taught[0].probability(np.array([[0.0], [1.0]]))
    assert probability[0] < 0.1 < 0.9 < probability[1]


def test_too_few_of_one_outcome_teach_nothing() -> None:
    judged = [(ended(n, 1.0), True) for n in range(50)]
    judged += [(ended(100 + n, 0.0), False) for n in range(LEAST_EACH - 1)]
    assert teach(judged) is None
