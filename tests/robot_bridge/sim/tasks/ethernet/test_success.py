import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim.tasks.ethernet.success import EthernetJudge, is_inside

BOUNDS = EthernetJudge.bounds
HOME = (0.0, 0.0, -0.0115, 0.0, 0.0, 0.0)


def at(**change: float) -> np.ndarray:
    names = ("x", "y", "z", "rx", "ry", "rz")
    return np.array([change.get(name, value) for name, value in zip(names, HOME, strict=True)])


def test_home_is_inside() -> None:
    assert is_inside(at())


def see(judge: EthernetJudge, relative: np.ndarray, force: float) -> None:
    judge.observe(relative, force, np.zeros(0))


@pytest.mark.parametrize(
    "change",
    [
        {"z": -0.0104},
        {"x": 0.0006},
        {"y": -0.0006},
        {"rz": np.radians(6.5)},
        {"rx": np.radians(4.5)},
        {"rx": np.radians(3.0), "ry": np.radians(3.0)},
    ],
)
def test_one_condition_missed_is_not_inside(change: dict[str, float]) -> None:
    assert not is_inside(at(**change))


def test_success_must_be_held() -> None:
    judge = EthernetJudge("critical")
    for _ in range(BOUNDS.held_steps - 1):
        see(judge, at(), 5.0)
    see(judge, at(z=-0.009), 5.0)
    for _ in range(BOUNDS.held_steps - 1):
        see(judge, at(), 5.0)
    assert judge.ending is None
    see(judge, at(), 5.0)
    assert judge.ending is Ending.SUCCESS


def test_an_ending_stays() -> None:
    judge = EthernetJudge("critical")
    see(judge, at(x=0.05, z=0.01), 0.0)
    for _ in range(10):
        see(judge, at(), 0.0)
    assert judge.ending is Ending.OUT_OF_REACH


def test_only_a_sustained_force_breaks_the_jack() -> None:
    judge = EthernetJudge("critical")
    for step in range(40):
        see(judge, at(z=-0.004), 0.0 if step % BOUNDS.force_steps == 0 else 60.0)
    assert judge.ending is None
    for _ in range(BOUNDS.force_steps):
        see(judge, at(z=-0.004), BOUNDS.force + 1.0)
    assert judge.ending is Ending.BROKEN


def test_force_that_breaks_beats_success() -> None:
    judge = EthernetJudge("critical")
    for _ in range(BOUNDS.held_steps):
        see(judge, at(), BOUNDS.force + 1.0)
    assert judge.ending is Ending.BROKEN


@pytest.mark.parametrize(
    ("change", "critical", "full"),
    [
        ({"x": 0.021, "z": 0.01}, True, False),
        ({"z": 0.036}, True, False),
        ({"x": 0.004, "z": -0.003}, True, True),
        ({"x": 0.26, "z": 0.05}, True, True),
        ({"z": 0.21}, True, True),
        ({"x": 0.011, "y": 0.011, "z": 0.02}, False, False),
    ],
)
def test_the_workspace_depends_on_the_regime(
    change: dict[str, float], critical: bool, full: bool
) -> None:
    for regime, astray in (("critical", critical), ("full", full)):
        judge = EthernetJudge(regime)  # type: ignore[arg-type]
        see(judge, at(**change), 0.0)
        assert (judge.ending is Ending.OUT_OF_REACH) == astray, regime


def test_the_precise_part_of_a_full_attempt_begins_near_the_jack_and_does_not_end() -> None:
    judge = EthernetJudge("full")
    see(judge, at(z=0.05), 0.0)
    assert not judge.critical
    see(judge, at(z=0.019, x=0.013), 0.0)
    assert not judge.critical
    see(judge, at(z=0.019, x=0.011), 0.0)
    see(judge, at(z=0.05), 0.0)
    assert judge.critical
    assert EthernetJudge("critical").critical
