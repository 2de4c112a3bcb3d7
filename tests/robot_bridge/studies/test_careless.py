"""Policies without care fail; the figures of many episodes are on the cards."""

import json

import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies import careless
from tests.robot_bridge.sim.tasks import scripts


@pytest.mark.parametrize("name", sorted(TASKS))
def test_neither_blind_pushing_nor_chance_succeeds(name: str) -> None:
    robot = scripts.connected(name)
    for policy in ("push_down", "random"):
        assert careless.count(robot, policy, range(4))[Ending.SUCCESS.value] == 0


@pytest.mark.parametrize("name", sorted(TASKS))
def test_full_force_at_the_target_mostly_breaks_or_loses_something(name: str) -> None:
    found = careless.count(scripts.connected(name), "full_force", range(8))
    by_force = (Ending.BROKEN, Ending.DROPPED, Ending.JAMMED)
    assert sum(found[ending.value] for ending in by_force) > 4
    # Aimed exactly, one Ethernet plug in seven goes home all the same: see its card.
    assert found[Ending.SUCCESS.value] <= (2 if name == "ethernet" else 0)


def test_lining_up_exactly_and_slamming_ends_by_force() -> None:
    robot = scripts.connected("screw")
    first = careless.attempt(robot, "slam", 3)
    assert first.ending in {Ending.DROPPED, Ending.BROKEN}
    assert abs(first.relative_pose[0]) < 0.002
    assert careless.attempt(robot, "slam", 3) == first


def test_the_command_counts_endings(capsys: pytest.CaptureFixture[str]) -> None:
    assert careless.main(["ethernet", "--episodes", "2", "--seed", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == set(careless.CARELESS)
    assert all(sum(endings.values()) == 2 for endings in found.values())
