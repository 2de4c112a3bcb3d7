import json
from pathlib import Path

import pytest

from robot_bridge.sim import render
from robot_bridge.studies import bench, cell_bench
from robot_bridge.studies.play import connected

GOOD = {
    "task": "ethernet",
    "cold_start_s": 1.5,
    "renderer": "raycast: CPU",
    "without_pictures": {"control_steps_per_s": 2000, "real_time_factor": 40.0},
    "with_pictures": {"control_steps_per_s": 900, "real_time_factor": 18.0},
    "real_time_share_of_a_core": 0.3,
    "resident_mb": 120.0,
}


def test_a_cell_that_keeps_its_limits_has_no_misses() -> None:
    assert bench.misses(GOOD) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cold_start_s": 3.1}, "cold_start_s is 3.1, must be at most 3.0"),
        ({"real_time_share_of_a_core": 0.41}, "must be at most 0.4"),
        ({"without_pictures": {"real_time_factor": 19.9}}, "is 19.9, must be at least 20.0"),
        ({"with_pictures": {"real_time_factor": 11.9}}, "is 11.9, must be at least 12.0"),
    ],
)
def test_a_missed_limit_is_one_sentence(change: dict[str, object], told: str) -> None:
    (found,) = bench.misses({**GOOD, **change})
    assert found.startswith("ethernet: ")
    assert told in found


def test_one_task_is_measured_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")
    out = tmp_path / "deep" / "sim.json"
    assert (
        bench.main(
            [
                "ethernet",
                "--seconds",
                "0.2",
                "--episodes",
                "1",
                "--repeats",
                "1",
                "--json",
                str(out),
            ]
        )
        == 0
    )
    (row,) = json.loads(out.read_text())["tasks"]
    assert row["renderer"].startswith("raycast")
    assert row["without_pictures"]["real_time_factor"] > row["with_pictures"]["real_time_factor"]
    assert 0 < row["real_time_share_of_a_core"] < 4
    assert row["resident_mb"] > 20
    assert 0 < row["physics_ms_per_control_step"] < row["console_picture_ms"]
    told = capsys.readouterr().out.splitlines()
    assert told[0].split()[0] == "task"
    assert told[1].split()[0] == "ethernet"


def test_an_unknown_task_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["chess"])
    assert "unknown task 'chess'" in capsys.readouterr().err


def test_the_script_of_an_episode_is_the_whole_episode() -> None:
    robot = connected("ethernet")
    (script,) = cell_bench.record(robot, [3])
    robot.reset("critical", 3)
    for action in script.actions:
        assert robot.truth().ending is None
        robot.send_action(action)
    assert robot.truth().ending is not None
