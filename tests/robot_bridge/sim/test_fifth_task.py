"""The fifth task of docs/adding-a-task.md is built and run as it stands there."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from robot_bridge.build import load_driver
from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim import render
from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies.audit.cheats import off
from robot_bridge.studies.play import connected, demonstrator, play

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def robot() -> Iterator[MujocoRobot]:
    """The cell of the example's own driver."""
    known = dict(TASKS)
    sys.path.insert(0, str(DOCS / "examples"))
    try:
        driver = load_driver("peg")
        assert driver.TASKS == ("peg",)
        yield connected("peg")
    finally:
        sys.path.remove(str(DOCS / "examples"))
        TASKS.clear()
        TASKS.update(known)


def test_its_demonstrator_puts_the_peg_in(robot: MujocoRobot) -> None:
    episodes = [play(robot, demonstrator("peg", seed), seed) for seed in range(4)]
    assert [episode.ending for episode in episodes] == [Ending.SUCCESS] * 4
    assert all(100 < episode.steps < 300 for episode in episodes)


def test_beside_the_hole_it_does_not_go_in(robot: MujocoRobot) -> None:
    for x in (0.002, -0.002):
        episode = play(robot, off(1000 * x)(np.random.default_rng(0)), 5, steps=90)
        assert not episode.succeeded
        assert episode.relative_pose[2] > -0.001
        assert episode.peak_force > 3.0


def test_its_cameras_show_the_same_cell(
    robot: MujocoRobot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")
    robot.reset("critical", 6)
    cameras = load_driver("peg").build_cameras("peg")
    cameras.open()
    for name in ("wrist", "base"):
        assert cameras.grab(name, 48, 48, robot.snapshot()).std() > 10.0
    cameras.close()


def test_the_page_names_every_file_of_the_example_and_no_other() -> None:
    page = (DOCS / "adding-a-task.md").read_text()
    named = set(re.findall(r"`(\w+\.py)`", page))
    files = {path.name for path in (DOCS / "examples" / "peg").glob("*.py")}
    assert files - {"__init__.py"} <= named
