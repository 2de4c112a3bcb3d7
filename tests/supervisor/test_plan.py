"""Which processes `rlt up` starts, and what each is told."""

from pathlib import Path

import pytest

from backend.config import Settings
from backend.supervisor.options import UpOptions
from backend.supervisor.plan import backend_specs, bridge_specs
from backend.supervisor.prepare import Prepared
from backend.supervisor.seed import SignIn
from robot_bridge.config import load

SETTINGS = Settings(
    DATABASE_URL="postgresql://here/rlt", data=Path("/data"), port=8000, policy_port=8001
)
TOKENS = {"sim-1": "token-1", "sim-2": "token-2", "autopilot": "token-3"}
INHERITED = {"PATH": "/bin", "DATABASE_URL": "postgresql://elsewhere/rlt"}


def options(*, robots: int = 2, autopilot: bool = False) -> UpOptions:
    return UpOptions(
        data=Path("/data"),
        host="127.0.0.1",
        port=8000,
        policy_port=None,
        robots=robots,
        driver="mujoco",
        tasks=(),
        autopilot=autopilot,
        speed="real",
    )


def prepared(robots: int = 2) -> Prepared:
    names = [f"sim-{number}" for number in range(1, robots + 1)]
    tokens = {name: f"token-{number}" for number, name in enumerate(names, 1)}
    tasks = dict(zip(names, ("ethernet", "screw", "screw"), strict=False))
    sign_in = SignIn("sign in with your account", secret=False)
    return Prepared(tokens=tokens, tasks=tasks, sign_in=sign_in)


def test_each_process_starts_with_full_priority_and_one_thread() -> None:
    specs = backend_specs(SETTINGS, options(), INHERITED, TOKENS)
    assert [(spec.name, spec.niceness) for spec in specs] == [
        ("web", 0),
        ("rollout", 0),
        ("learner", 0),
        ("evaluator", 0),
    ]
    for spec in specs:
        assert spec.environment["OMP_NUM_THREADS"] == "1"
        assert spec.environment["DATABASE_URL"] == "postgresql://here/rlt"
        assert spec.environment["PATH"] == "/bin"


def test_the_autopilot_knows_its_robots_and_has_a_token_of_its_own() -> None:
    *others, pilot = backend_specs(SETTINGS, options(autopilot=True), INHERITED, TOKENS)
    assert pilot.environment["RLT_AUTOPILOT_TOKEN"] == "token-3"
    assert pilot.environment["RLT_AUTOPILOT_ROBOTS"] == "sim-1,sim-2"
    assert not any("RLT_AUTOPILOT_TOKEN" in spec.environment for spec in others)


def test_bridges_are_told_their_robot_and_nothing_of_the_database() -> None:
    first, second = bridge_specs(SETTINGS, options(), INHERITED, prepared())
    assert (first.environment["RLT_ROBOT_TOKEN"], second.environment["RLT_ROBOT_TOKEN"]) == (
        "token-1",
        "token-2",
    )
    assert "DATABASE_URL" not in first.environment
    assert "token-1" not in " ".join(first.command)


def test_the_bridge_understands_its_arguments() -> None:
    spec = bridge_specs(SETTINGS, options(), INHERITED, prepared())[1]
    config = load(spec.command[3:], spec.environment)
    assert (config.robot, config.task, config.driver) == ("sim-2", "screw", "mujoco")
    assert config.web == "ws://127.0.0.1:8000/api/v1/bridge"
    assert config.policy == "ws://127.0.0.1:8001/policy"
    assert config.folder == Path("/data/bridge/sim-2")


@pytest.mark.parametrize("robots", [0, 1, 3])
def test_as_many_bridges_as_asked(robots: int) -> None:
    specs = bridge_specs(SETTINGS, options(robots=robots), INHERITED, prepared(robots))
    assert len(specs) == robots


def test_a_console_for_everyone_is_still_reached_from_here() -> None:
    settings = SETTINGS.model_copy(update={"host": "0.0.0.0", "policy_host": "192.0.2.7"})
    spec = bridge_specs(settings, options(), INHERITED, prepared())[0]
    config = load(spec.command[3:], spec.environment)
    assert config.web == "ws://127.0.0.1:8000/api/v1/bridge"
    assert config.policy == "ws://192.0.2.7:8001/policy"
