"""The witness believes what is true and nothing else."""

import re
from collections.abc import Callable

import mujoco
import numpy as np
import pytest

from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit import charges
from robot_bridge.studies.audit.charges import Audited, attest, witness_for
from robot_bridge.studies.audit.cheats import CHEATS, HONEST, Script
from robot_bridge.studies.audit.witness import LONG, Witness, opening
from robot_bridge.studies.play import Episode, Policy, connected, play

SEED = 9000
TASKS = sorted(charges.WITNESSES)
Cell = tuple[MujocoRobot, Witness]


@pytest.fixture(scope="module")
def cells() -> Callable[[str], Cell]:
    built: dict[str, Cell] = {}

    def cell(task: str) -> Cell:
        if task not in built:
            robot = connected(task)
            built[task] = robot, witness_for(robot)
        return built[task]

    return cell


def act(script: Script) -> Policy:
    return script(np.random.default_rng(0))


def claimed(cell: Cell, script: Script, steps: int) -> Audited:
    """What the witness says of an episode that somebody calls a success."""
    robot, witness = cell
    first = play(robot, act(script), SEED, steps=steps)
    return attest(robot, witness, act(script), first, "critical")


@pytest.mark.parametrize("task", TASKS)
def test_an_honest_success_is_believed(task: str, cells: Callable[[str], Cell]) -> None:
    robot, _ = cells(task)
    first = play(robot, act(HONEST[task]), SEED)
    assert first.ending is Ending.SUCCESS
    told = claimed(cells(task), HONEST[task], first.steps)
    assert told.objections == ()
    assert not told.is_false
    assert 0.0 < told.deepest < 0.0004
    assert 1.0 < told.peak_force < 40.0


@pytest.mark.parametrize(
    ("task", "name", "steps", "told"),
    [
        ("ethernet", "half way", 80, r"plug is [78]\.\d+ mm deep"),
        ("ethernet", "press on the housing", 60, r"plug is -?0\.0\d mm deep"),
        ("ethernet", "dive beside the jack", 60, "went down beside its opening"),
        ("charger", "half way", 80, "mm deep"),
        ("charger", "one prong beside", 80, "mm deep"),
        ("screw", "stop half way", 120, "mm over the block"),
        ("zip_tie", "push without a tug", 120, "the pawl holds"),
        ("zip_tie", "1.5 mm off in x", 60, "does not reach through"),
    ],
)
def test_what_is_no_success_is_not_believed(
    task: str, name: str, steps: int, told: str, cells: Callable[[str], Cell]
) -> None:
    found = claimed(cells(task), CHEATS[task][name], steps)
    assert found.is_false
    assert any(re.search(told, one) for one in found.objections)


def test_the_last_steps_at_home_must_be_enough(cells: Callable[[str], Cell]) -> None:
    robot, _ = cells("ethernet")
    first = play(robot, act(HONEST["ethernet"]), SEED)
    found = claimed(cells("ethernet"), HONEST["ethernet"], first.steps - 8)
    assert [told for told in found.objections if "only just arrived" in told]


def test_an_episode_that_does_not_come_back_is_false(cells: Callable[[str], Cell]) -> None:
    robot, witness = cells("ethernet")
    first = play(robot, act(HONEST["ethernet"]), SEED)
    other = Episode(
        SEED, first.steps, first.ending, (*first.relative_pose[:5], 0.0), first.peak_force
    )
    told = attest(robot, witness, act(HONEST["ethernet"]), other, "critical")
    assert (told.objections, told.same, told.is_false) == ((), False, True)


def test_a_screw_that_sinks_without_turning_is_noticed(cells: Callable[[str], Cell]) -> None:
    robot, witness = cells("screw")
    robot.reset("critical", SEED)
    witness.begin()
    witness.see()
    down = int(robot.world.model.joint("screw_down").qposadr[0])
    for depth in np.linspace(0.0, 0.0035, 10 + LONG):
        robot.world.data.qpos[down] = -depth
        mujoco.mj_kinematics(robot.world.model, robot.world.data)
        witness.see()
    assert any("sank by" in told for told in witness.objections())


def test_a_screw_that_turns_without_a_bit_is_noticed(cells: Callable[[str], Cell]) -> None:
    robot, witness = cells("screw")
    robot.reset("critical", SEED)
    witness.begin()
    witness.see()
    turn = int(robot.world.model.joint("screw_turn").qposadr[0])
    robot.world.data.qpos[turn] -= 0.3
    mujoco.mj_kinematics(robot.world.model, robot.world.data)
    witness.see()
    assert any("without a bit" in told for told in witness.objections())


def test_bodies_inside_each_other_are_noticed(cells: Callable[[str], Cell]) -> None:
    robot, witness = cells("ethernet")
    robot.reset("critical", SEED)
    witness.begin()
    body = robot.world.model.body("jack").id
    before = robot.world.model.body_pos[body].copy()
    robot.world.model.body_pos[body] = robot.tip().position + np.array([0.003, 0.0, 0.0004])
    try:
        with witness.looking_closely():
            robot.hold()
    finally:
        robot.world.model.body_pos[body] = before
    assert any("overlapped by 0." in told for told in witness.objections())


def test_the_opening_is_measured_from_the_walls(cells: Callable[[str], Cell]) -> None:
    model = cells("ethernet")[0].world.model
    hole = opening(model, "jack", (0.0, 0.0), 0.003)
    assert hole[1] - hole[0] == pytest.approx([0.0120, 0.0068], abs=1e-6)
    assert np.isinf(opening(model, "jack", (0.0, 0.0), 0.5)).all()


def test_a_task_without_a_witness_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(charges.WITNESSES, "ethernet")
    with pytest.raises(ConfigError, match="no witness for 'ethernet'"):
        witness_for(connected("ethernet"))
