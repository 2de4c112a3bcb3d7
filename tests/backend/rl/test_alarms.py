from dataclasses import replace

import pytest

from backend.rl.alarms import Stretch, alarms, stretch_of
from backend.rl.config import RltConfig

CONFIG = RltConfig()
FIRST = Stretch(success=0.6, distance=10.0, q_mean=0.4, q_low=0.1, q_high=0.8)
WELL = replace(FIRST, success=0.8, distance=14.0)


def test_a_training_that_goes_well_is_left_alone() -> None:
    assert alarms(FIRST, FIRST, WELL, CONFIG) == []
    assert alarms(FIRST, FIRST, FIRST, CONFIG) == []


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(WELL, q_high=2.1), "outside the possible returns"),
        (replace(WELL, q_low=-1.1), "outside the possible returns"),
        (replace(WELL, distance=18.0, success=0.6), "raise beta"),
        (replace(WELL, q_low=0.5, q_high=0.54), "all alike"),
        (replace(WELL, distance=10.1, success=0.6), "beta may be too high"),
    ],
)
def test_each_sign_has_its_sentence(now: Stretch, words: str) -> None:
    (line,) = alarms(FIRST, WELL, now, CONFIG)
    assert words in line


def test_leaving_the_reference_is_fine_while_it_pays() -> None:
    assert alarms(FIRST, WELL, replace(WELL, distance=30.0, success=0.9), CONFIG) == []


def test_a_stretch_is_the_mean_of_what_was_learned() -> None:
    row = {"success": True, "bc_distance": 4.0, "q_mean": 0.2, "q_min": 0.0, "q_max": 0.4}
    other = {"success": False, "bc_distance": 6.0, "q_mean": 0.4, "q_min": 0.1, "q_max": 0.8}
    made = stretch_of([row, other, {"success": False}])
    assert made is not None
    assert made.success == pytest.approx(1 / 3)
    assert (made.distance, made.q_low) == (5.0, 0.05)
    assert stretch_of([{"success": True}]) is None
