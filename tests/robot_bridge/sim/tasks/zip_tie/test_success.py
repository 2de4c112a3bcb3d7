import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim.tasks.zip_tie.success import KINK, KINKED_STEPS, ZipTieJudge, is_held

TOOL = np.array([0.0, 0.0, -0.020, 0.0, 0.0, 0.0])
NAMES = ("teeth", "x", "y", "z", "kink", "pull")


def parts(**change: float) -> np.ndarray:
    held = (6.0, 0.0, 0.0, -0.020, 0.01, 6.0)
    return np.array([change.get(name, value) for name, value in zip(NAMES, held, strict=True)])


@pytest.mark.parametrize(
    "change", [{"teeth": 4.0}, {"z": -0.005}, {"x": 0.003}, {"y": 0.007}, {"pull": 3.0}]
)
def test_one_condition_missed_is_not_held(change: dict[str, float]) -> None:
    assert is_held(TOOL, parts())
    assert not is_held(TOOL, parts(**change))


def test_a_tilted_hand_does_not_count() -> None:
    assert not is_held(TOOL + np.array([0, 0, 0, 0.12, 0, 0]), parts())


def test_the_ratchet_must_hold_for_a_while() -> None:
    judge = ZipTieJudge("critical")
    for _ in range(judge.bounds.held_steps - 1):
        judge.observe(TOOL, 6.0, parts())
    judge.observe(TOOL, 0.0, parts(pull=0.0))
    for _ in range(judge.bounds.held_steps - 1):
        judge.observe(TOOL, 6.0, parts())
    assert judge.ending is None
    judge.observe(TOOL, 6.0, parts())
    assert judge.ending is Ending.SUCCESS


def test_only_a_lasting_kink_spoils_the_strap() -> None:
    judge = ZipTieJudge("critical")
    for step in range(30):
        judge.observe(
            TOOL, 1.0, parts(pull=0.0, kink=0.0 if step % KINKED_STEPS == 0 else 2 * KINK)
        )
    assert judge.ending is None
    for _ in range(KINKED_STEPS):
        judge.observe(TOOL, 1.0, parts(pull=0.0, kink=2 * KINK))
    assert judge.ending is Ending.JAMMED
