import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim.tasks.screw import shape
from robot_bridge.sim.tasks.screw.mechanism import CATCH_TURN, Thread
from robot_bridge.sim.tasks.screw.success import ScrewJudge, is_driven

TIP = np.array([0.0, 0.0, -0.0053, 0.0, 0.0, 0.0])
TURNS = CATCH_TURN + shape.DRIVE / shape.PITCH


def parts(
    state: Thread = Thread.SEATED, depth: float = shape.DRIVE, turns: float = TURNS, lean: float = 0
) -> np.ndarray:
    return np.array([float(state), depth, turns, lean])


@pytest.mark.parametrize(
    "found",
    [
        parts(state=Thread.CAUGHT),
        parts(depth=shape.DRIVE - 0.0002),
        parts(turns=TURNS - 0.4),
        parts(lean=0.03),
    ],
)
def test_one_condition_missed_is_not_driven(found: np.ndarray) -> None:
    assert is_driven(TIP, parts())
    assert not is_driven(TIP, found)
    assert not is_driven(TIP + np.array([0.002, 0, 0, 0, 0, 0]), parts())


def test_success_must_be_held() -> None:
    judge = ScrewJudge("critical")
    for _ in range(judge.bounds.held_steps - 1):
        judge.observe(TIP, 5.0, parts())
    assert judge.ending is None
    judge.observe(TIP, 5.0, parts())
    assert judge.ending is Ending.SUCCESS


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        (Thread.CROSSED, Ending.JAMMED),
        (Thread.CHEWED, Ending.JAMMED),
        (Thread.CAMMED_OUT, Ending.DROPPED),
    ],
)
def test_a_spoiled_thread_ends_the_attempt(state: Thread, ending: Ending) -> None:
    judge = ScrewJudge("full")
    judge.observe(TIP, 5.0, parts(state=state))
    assert judge.ending is ending
