import json
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from safetensors import safe_open

from robot_bridge.robots.base import Ending
from robot_bridge.sim import demos
from robot_bridge.sim.recording import Demonstration


def fabricated(seed: int, steps: int, ending: Ending = Ending.SUCCESS) -> Demonstration:
    anchors = (steps + 1) // 2
    return Demonstration(
        seed=seed,
        state=np.full((steps, 24), seed, dtype=np.float32),
        action=np.zeros((steps, 6), dtype=np.float32),
        images=[[b"w" * (seed + 1), b"b" * (anchor + 1)] for anchor in range(anchors)],
        relative_pose=np.zeros((anchors, 6), dtype=np.float32),
        contact_force=np.zeros((anchors, 3), dtype=np.float32),
        ending=ending,
        final_pose=np.zeros(6, dtype=np.float32),
        peak_force=float(seed),
        critical_step=0,
    )


def test_rows_and_pictures_are_found_through_their_indices() -> None:
    arrays = demos.pack([fabricated(4, 5), fabricated(7, 4, Ending.TIMEOUT)])
    assert arrays["episode_first_step"].tolist() == [0, 5, 9]
    assert arrays["episode_first_anchor"].tolist() == [0, 3, 5]
    assert arrays["episode_success"].tolist() == [1, 0]
    assert demos.ENDINGS[arrays["episode_ending"][1]] == "timeout"
    assert arrays["anchor_episode"].tolist() == [0, 0, 0, 1, 1]
    assert arrays["anchor_step"].tolist() == [0, 2, 4, 0, 2]
    assert arrays["state"][arrays["episode_first_step"][1], 0] == 7
    offset, length = arrays["image_index"][4, 1]
    assert arrays["image_blob"][offset : offset + length].tobytes() == b"bb"
    offset, length = arrays["image_index"][3, 0]
    assert arrays["image_blob"][offset : offset + length].tobytes() == b"w" * 8


def test_a_wide_stride_takes_fewer_looks_at_the_same_motion() -> None:
    dense = demos.record(demos.Order("ethernet", "critical", 1, 20, pictures=False), 1)
    wide = demos.record(demos.Order("ethernet", "critical", 1, 20, pictures=False, stride=7), 1)
    assert np.array_equal(wide[0].action, dense[0].action)
    steps = demos.pack(wide, 7)["anchor_step"]
    assert steps.tolist() == list(range(0, len(wide[0].action), 7))
    assert np.array_equal(wide[0].relative_pose[2], dense[0].relative_pose[7])


def test_who_sees_worse_looks_longer_and_who_sees_all_exactly_hardly() -> None:
    sharp, usual, blurred = (
        demos.record(demos.Order("ethernet", "critical", 4, 20, pictures=False, blur=blur), 1)
        for blur in (0.0, 1.0, 2.0)
    )
    steps = [sum(len(demo.action) for demo in seen) for seen in (sharp, usual, blurred)]
    assert steps == sorted(steps)
    assert steps[2] > 1.2 * steps[0]


def test_figures_count_active_time_of_failures_too() -> None:
    found = demos.summarise([fabricated(4, 100), fabricated(7, 400, Ending.TIMEOUT)], 50, 1.0)
    assert (found.episodes, found.success_rate, found.median_steps) == (2, 0.5, 100.0)
    # One success in 10 s of active time is 60 in ten minutes.
    assert found.active_throughput_per_10min == 60.0
    assert found.endings == {"success": 1, "timeout": 1}


def test_a_recording_without_successes_has_no_median() -> None:
    found = demos.summarise([fabricated(1, 400, Ending.TIMEOUT)], 50, 1.0)
    assert (found.median_steps, found.peak_force_median) == (None, None)


def test_the_number_of_workers_does_not_matter() -> None:
    order = demos.Order("ethernet", "critical", 3, 20, pictures=False)
    alone, shared = demos.record(order, 1), demos.record(order, 2)
    assert [demo.seed for demo in shared] == [20, 21, 22]
    for one, other in zip(alone, shared, strict=True):
        assert np.array_equal(one.state, other.state)
        assert np.array_equal(one.action, other.action)


def test_the_file_holds_pictures_and_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RLT_RENDER", "raycast")
    demos._cell.cache_clear()
    out = tmp_path / "deep" / "demos.safetensors"
    given = ["ethernet", "--episodes", "1", "--seed", "2", "--workers", "1", "--json"]
    assert demos.main([*given, "--out", str(out)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["episodes"] == 1
    with safe_open(out, "numpy") as file:
        note = json.loads(file.metadata()["rlt_demos"])
        index, blob = file.get_tensor("image_index"), file.get_tensor("image_blob")
        action, state = file.get_tensor("action"), file.get_tensor("state")
    demos._cell.cache_clear()
    assert note["renderer"].startswith("raycast")
    assert note["blur"] == 1.0
    assert [camera["name"] for camera in note["cameras"]] == ["wrist", "base"]
    assert state.shape == (len(action), len(note["state_names"]))
    assert index.shape == ((len(action) + 1) // 2, 2, 2)
    for offset, length in index[0]:
        jpeg = blob[offset : offset + length].tobytes()
        assert simplejpeg.decode_jpeg(jpeg, colorspace="RGB").shape == (96, 96, 3)
    assert (np.abs(action).max(axis=0) < np.array(note["action_limit"])).all()


def test_an_impossible_order_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert demos.main(["ethernet", "--episodes", "0"]) == 2
    assert "must be at least 1" in capsys.readouterr().err
    for blur in ("-1", "nan", "inf"):
        assert demos.main(["ethernet", "--blur", blur]) == 2
        assert "--blur must be a number" in capsys.readouterr().err


def test_a_renderer_that_does_not_exist_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RLT_RENDER", "crayons")
    demos._cell.cache_clear()
    assert demos.main(["ethernet", "--episodes", "1", "--out", str(tmp_path / "x")]) == 2
    assert "use one of" in capsys.readouterr().err
