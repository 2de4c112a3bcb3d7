"""The walls between rooms, and the trap that none of them sees: torch loaded at run time."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_walls_stand() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = run(str(linter), "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def loaded_by(statement: str) -> set[str]:
    done = run(sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_web_process_loads_no_torch() -> None:
    loaded = loaded_by("import backend.web.serve, backend.app")
    assert "fastapi" in loaded
    assert not loaded & {"torch", "mujoco", "robot_bridge.sim"}


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_by("import backend.__main__; backend.__main__.parser()")
    assert not loaded & {"torch", "mujoco", "fastapi", "sqlalchemy"}


def test_the_bridge_loads_nothing_of_the_console() -> None:
    loaded = loaded_by("import robot_bridge.__main__")
    assert not loaded & {"backend", "torch", "fastapi", "sqlalchemy", "pydantic"}
