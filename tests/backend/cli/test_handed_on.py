"""Commands that only start a program of the bridge."""

from subprocess import CompletedProcess

import pytest

from backend.__main__ import main


@pytest.mark.parametrize(
    ("given", "module"),
    [
        (["audit", "screw", "--steps", "9"], "robot_bridge.studies.audit"),
        (["bench", "sim", "--json", "x"], "robot_bridge.studies.bench"),
        (["demos", "ethernet", "--episodes", "2"], "robot_bridge.sim.demos"),
    ],
)
def test_the_arguments_and_the_exit_status_are_handed_on(
    given: list[str], module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> CompletedProcess[str]:
        called.append(command)
        return CompletedProcess(command, 3)

    monkeypatch.setattr("backend.cli.simulated.subprocess.run", run)
    assert main(given) == 3
    assert called[0][1:3] == ["-m", module]
    assert called[0][-2:] == given[-2:]
