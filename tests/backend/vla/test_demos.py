from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from backend.vla.demos import DemoError, Demos, load, load_by_task
from tests.backend.vla.synthetic import record


def test_shapes(demos: Demos) -> None:
    # Five episodes of 7 and five of 8 steps, four anchors each.
    assert len(demos) == 40
    assert demos.pictures(np.arange(40)).shape == (40, 1, 16, 16, 3)
    assert demos.first_step.tolist()[:4] == [0, 7, 15, 22]
    assert demos.row.tolist()[:6] == [0, 2, 4, 6, 7, 9]


def test_chunk_stays_when_the_episode_is_over(demos: Demos) -> None:
    chunk, inside = demos.chunks(np.array([3]), 4)
    # Anchor 3 is step 6 of 7: one action is left.
    assert inside.tolist() == [[True, False, False, False]]
    assert chunk[0, 0].tolist() == demos.steps_action[6].tolist()
    assert not chunk[0, 1:].any()


def test_future_stops_at_the_end_of_the_episode(demos: Demos) -> None:
    future = demos.futures(np.array([2]), (1, 50))[0].reshape(3, 3)
    now = demos.steps_state[4]
    np.testing.assert_array_equal(future[0], demos.steps_state[5] - now)
    np.testing.assert_array_equal(future[1], demos.steps_state[6] - now)
    np.testing.assert_array_equal(future[1], future[2])


def test_every_tenth_episode_is_held_out(demos: Demos) -> None:
    assert set(demos.episode[demos.held_out()].tolist()) == {9}


def test_failed_demonstrations_are_left_out(tmp_path: Path) -> None:
    made = load([record(tmp_path / "d", failed=(0, 3))])
    assert set(made.episode.tolist()) == {1, 2, 4, 5, 6, 7, 8, 9}


def test_files_are_joined(tmp_path: Path, demos: Demos) -> None:
    both = load([tmp_path / "demos.safetensors", record(tmp_path / "more", episodes=3, seed=1)])
    assert len(both) == 40 + 12
    assert both.episode[-1] == 12
    assert both.row[40] == both.first_step[10] == demos.first_step[-1]
    assert len(both.sha256) == 2


@pytest.mark.parametrize(
    ("meta", "words"),
    [({"task": "screw"}, "differs .* in task"), ({"schema": 9}, "not a demonstration file")],
)
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, demos: Demos, meta: dict[str, Any], words: str
) -> None:
    other = record(tmp_path / "other", **meta)
    with pytest.raises(DemoError, match=words):
        load([tmp_path / "demos.safetensors", other])


def test_every_second_anchor_is_enough_when_asked(tmp_path: Path, demos: Demos) -> None:
    thin = load([tmp_path / "demos.safetensors"], every=2)
    assert thin.row.tolist() == [
        row
        for row in demos.row.tolist()
        if (row - demos.first_step[demos.first_step <= row][-1]) % 4 == 0
    ]
    assert (thin.pictures(np.array([1])) == demos.pictures(np.array([2]))).all()


def test_files_of_several_tasks_are_sorted(tmp_path: Path, demos: Demos) -> None:
    paths = [
        tmp_path / "demos.safetensors",
        record(tmp_path / "ring", task="ring", instruction="Go to the ring."),
        record(tmp_path / "more", seed=1),
    ]
    dot, ring = load_by_task(paths)
    assert (dot.meta.task, ring.meta.task) == ("dot", "ring")
    assert (len(dot), len(ring)) == (80, 40)


def test_tasks_that_cannot_share_a_model_are_refused(tmp_path: Path, demos: Demos) -> None:
    other = record(tmp_path / "ring", task="ring", action_limit=(0.1, 0.1))
    with pytest.raises(DemoError, match="dot and ring differ in action_limit"):
        load_by_task([tmp_path / "demos.safetensors", other])


def test_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="None of the demonstrations"):
        load([record(tmp_path / "d", episodes=2, failed=(0, 1))])
    with pytest.raises(DemoError, match="at least one"):
        load([])
    with pytest.raises(DemoError, match="cannot be read"):
        load([tmp_path / "absent"])
    save_file({"x": np.zeros(1)}, tmp_path / "plain")
    with pytest.raises(DemoError, match="not a demonstration file"):
        load([tmp_path / "plain"])
