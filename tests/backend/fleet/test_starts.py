"""What an episode's start is told."""

from typing import Any
from uuid import uuid4

import pytest

from backend.errors import BadRequest, ConsoleError
from backend.fleet.starts import start_args
from backend.models import Run


def run(**fields: Any) -> Run:
    values = {"id": uuid4(), "number": 14, "task_id": "ethernet", "kind": "training"}
    more = {"regime": "critical", "state": "running", "config": {}}
    return Run(**(values | more | fields))


def test_without_a_run_the_base_settings_hold() -> None:
    assert start_args(None, "ethernet", {}, lambda: 7) == {
        "regime": "critical",
        "run_id": None,
        "episode_id": None,
        "seed": 7,
        "explore": False,
        "hand_off_at_start": True,
        "delay": 3,
        "chunk": 10,
    }


def test_an_evaluation_does_not_explore_and_seed_zero_is_a_seed() -> None:
    args = start_args(run(kind="evaluation"), "ethernet", {"seed": 0}, lambda: 7)
    assert (args["explore"], args["seed"]) == (False, 0)


def test_full_episodes_begin_with_the_base_policy() -> None:
    assert (
        start_args(run(), "ethernet", {"regime": "full"}, lambda: 7)["hand_off_at_start"] is False
    )


@pytest.mark.parametrize(
    ("given", "task", "asked", "words"),
    [
        (run(state="paused"), "ethernet", {}, "Run 14 is paused"),
        (run(state="stopped"), "ethernet", {}, "Run 14 is stopped"),
        (run(), "screw", {}, "for ethernet, the robot does screw"),
        (None, "ethernet", {"regime": "half"}, "critical or full"),
        (None, "ethernet", {"chunk": 3}, "does not take chunk"),
    ],
)
def test_what_cannot_start_is_said(
    given: Run | None, task: str, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConsoleError, match=words):
        start_args(given, task, asked, lambda: 7)


def test_errors_are_the_callers() -> None:
    with pytest.raises(BadRequest):
        start_args(None, None, {"delay": 1}, lambda: 7)
