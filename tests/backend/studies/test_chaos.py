"""The chaos study's own judgement, by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from backend.studies.chaos.checks import check_labels, check_store
from backend.studies.chaos.evidence import armed_between, read_safety_log, stop_latency_ms
from backend.studies.chaos.labeller import Acknowledged
from backend.studies.chaos.table import Kill, as_text, failures, summary
from backend.studies.stack import PARTS, part_of


def kill(
    part: str = "web",
    back_s: float = 1.0,
    stop_ms: float | None = 20.0,
    rearmed_itself: bool = False,
) -> Kill:
    return Kill(part, 7, back_s, stop_ms, rearmed_itself)


def test_an_acknowledged_label_that_is_nowhere_is_lost() -> None:
    notebook = [Acknowledged("a", "e1", "success"), Acknowledged("b", "e2", "failure")]
    found = check_labels(notebook, [{"id": "a", "outcome": "success"}])
    assert (found.acknowledged, found.lost, found.doubled, found.changed) == (2, 1, 0, 0)


def test_a_label_stored_twice_or_otherwise_is_counted() -> None:
    notebook = [Acknowledged("a", "e1", "success")]
    rows = [{"id": "a", "outcome": "failure"}, {"id": "a", "outcome": "failure"}]
    found = check_labels(notebook, rows)
    assert (found.lost, found.doubled, found.changed) == (0, 1, 1)


def test_rows_files_and_journals_are_compared_both_ways() -> None:
    found = check_store(
        rows={"e1": "f1", "e2": "f2"},
        files={"f1", "f3"},
        journals={"e1": b"1", "e3": b"3"},
        recorded={"e1": b"other", "e2": b"2"},
    )
    assert found.rows_without_file == 1
    assert found.files_without_row == 1
    assert found.journals_without_row == 1
    assert found.rows_without_journal == 1
    assert found.different_steps == 1


def test_the_first_safe_state_after_the_kill_counts() -> None:
    log = [
        {"what": "safe_state", "monotonic_ns": 1_000_000},
        {"what": "safe_state", "monotonic_ns": 52_000_000},
        {"what": "safe_state", "monotonic_ns": 99_000_000},
    ]
    assert stop_latency_ms(log, killed_ns=2_000_000) == 50.0
    assert stop_latency_ms(log, killed_ns=100_000_000) is None


def test_arming_inside_the_window_is_seen() -> None:
    log = [{"what": "armed", "monotonic_ns": 50}]
    assert armed_between(log, 40, 60)
    assert not armed_between(log, 51, 60)


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "safety.log"
    path.write_bytes(json.dumps({"what": "armed", "monotonic_ns": 1}).encode() + b'\n{"what": "st')
    assert [line["what"] for line in read_safety_log(path)] == ["armed"]


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (kill(back_s=5.1), "back"),
        (kill(stop_ms=151.0), "safe state"),
        (kill(stop_ms=None), "safe state"),
        (kill("bridge", stop_ms=None, rearmed_itself=True), "armed itself"),
    ],
)
def test_every_broken_promise_has_a_sentence(broken: Kill, word: str) -> None:
    assert [word in line for line in failures([kill("learner", stop_ms=None), broken])] == [True]


def test_the_summary_has_a_line_per_part() -> None:
    rows = summary([kill(stop_ms=10.0), kill(stop_ms=30.0), kill("learner", stop_ms=None)])
    assert [(r["part"], r["kills"], r["safe_state_ms_max"]) for r in rows] == [
        ("learner", 1, None),
        ("web", 2, 30.0),
    ]
    assert len(as_text(rows).splitlines()) == 3


def test_the_plan_strikes_every_part_equally_and_repeats_from_its_seed() -> None:
    from backend.studies.chaos.run import plan

    first = plan(3, np.random.default_rng(5))
    assert sorted(part for part, _ in first) == sorted([*PARTS] * 3)
    assert first == plan(3, np.random.default_rng(5))


@pytest.mark.parametrize(
    ("command", "part"),
    [
        (["python", "-m", "backend", "web"], "web"),
        (["python", "-m", "backend", "evaluator"], "evaluator"),
        (["python", "-m", "robot_bridge", "--robot", "a"], "bridge"),
        (["/x/bin/postgres", "-D", "data"], "postgres"),
        (["sleep", "1"], None),
    ],
)
def test_processes_are_known_by_their_command_line(command: list[str], part: str | None) -> None:
    assert part_of(command) == part
