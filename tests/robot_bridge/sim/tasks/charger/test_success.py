import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim.tasks.charger.success import ChargerJudge, is_inside

HOME = (0.0, 0.0, -0.0158, 0.0, 0.0, 0.0)


def at(**change: float) -> np.ndarray:
    names = ("x", "y", "z", "rx", "ry", "rz")
    return np.array([change.get(name, value) for name, value in zip(names, HOME, strict=True)])


@pytest.mark.parametrize(
    "change",
    [{"z": -0.0149}, {"x": 0.0007}, {"y": -0.0007}, {"rz": 0.03}, {"rx": 0.025}, {"ry": -0.025}],
)
def test_one_condition_missed_is_not_inside(change: dict[str, float]) -> None:
    assert is_inside(at())
    assert not is_inside(at(**change))


def test_success_must_be_held() -> None:
    judge = ChargerJudge("critical")
    for _ in range(judge.bounds.held_steps - 1):
        judge.observe(at(), 5.0, np.zeros(0))
    assert judge.ending is None
    judge.observe(at(), 5.0, np.zeros(0))
    assert judge.ending is Ending.SUCCESS
