"""The tasks behind Gymnasium's interface, held against its own checker."""

import subprocess
import sys
from collections.abc import Iterator

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from robot_bridge.errors import ConfigError
from robot_bridge.gym import ENVIRONMENTS
from robot_bridge.gym.env import PRIVILEGED, CellEnv
from robot_bridge.robots.base import Ending
from robot_bridge.sim import render
from robot_bridge.sim.tasks import TASKS


@pytest.fixture(autouse=True)
def no_graphics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")


@pytest.fixture
def env() -> Iterator[CellEnv]:
    made = CellEnv("ethernet")
    yield made
    made.close()


def test_every_task_is_registered_under_a_speaking_name() -> None:
    assert set(ENVIRONMENTS) == set(TASKS)
    assert ENVIRONMENTS["zip_tie"] == "rlt/ZipTie-v0"
    assert set(ENVIRONMENTS.values()) <= set(gymnasium.registry)


# Proprioception has no bounds of its own, and the checker would rather see some.
@pytest.mark.filterwarnings("ignore:.*A Box observation space m.*:UserWarning")
@pytest.mark.parametrize("task", sorted(TASKS))
def test_the_checker_of_gymnasium_finds_nothing_wrong(task: str) -> None:
    with_pictures = task == "ethernet"
    mode = "rgb_array" if with_pictures else None
    made = gymnasium.make(ENVIRONMENTS[task], pictures=with_pictures, render_mode=mode)
    check_env(made.unwrapped, skip_render_check=not with_pictures)
    made.close()


def test_a_picture_per_camera_is_seen_when_asked_for() -> None:
    made = gymnasium.make("rlt/Charger-v0", pictures=True, regime="full")
    seen, _ = made.reset(seed=1)
    assert set(seen) == {"state", "wrist", "base"}
    assert seen["wrist"].shape == (96, 96, 3)
    assert seen["wrist"].std() > 10.0
    made.close()


def test_an_action_is_a_share_of_what_the_robot_may_do(env: CellEnv) -> None:
    env.reset(seed=3)
    before = env.robot.target()
    for _ in range(4):
        env.step(np.array([0, 0, 0.5, 0, 0, 0], dtype=np.float32))
    raised = env.robot.target().position - before.position
    assert raised == pytest.approx([0, 0, 4 * 0.5 * env.robot.spec.action_limit[2]], abs=1e-9)


def test_only_success_is_rewarded_and_only_time_truncates(
    env: CellEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    env.reset(seed=3)
    truth = env.robot.truth()
    still = np.zeros(6, dtype=np.float32)
    for ending in (None, *Ending):
        told = type(truth)(truth.critical, ending, truth.relative_pose, truth.peak_force)
        monkeypatch.setattr(env.robot, "truth", lambda told=told: told)
        _, reward, terminated, truncated, info = env.step(still)
        assert reward == (1.0 if ending is Ending.SUCCESS else 0.0)
        assert truncated is (ending is Ending.TIMEOUT)
        assert terminated is (ending not in {None, Ending.TIMEOUT})
        assert info[PRIVILEGED]["ending"] == (None if ending is None else ending.value)


def test_what_the_world_knows_is_told_under_the_privileged_key_alone(env: CellEnv) -> None:
    seen, info = env.reset(seed=3)
    assert set(seen) == {"state"}
    assert set(info) == {PRIVILEGED}


def test_an_unknown_regime_is_refused(env: CellEnv) -> None:
    with pytest.raises(ConfigError, match="choose critical or full"):
        CellEnv("ethernet", regime="easy")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="choose critical or full"):
        env.reset(options={"regime": "easy"})


def test_nothing_else_of_the_bridge_needs_gymnasium() -> None:
    rest = "import robot_bridge.__main__, robot_bridge.drivers.mujoco, robot_bridge.sim.demos, sys"
    code = f"{rest}; sys.exit('gymnasium' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
