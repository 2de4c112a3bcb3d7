"""What the robot's own log says about a person who vanished."""

import pytest

from backend.studies.deadman.trial import NotMovingError, came_to_rest, moves_again
from backend.studies.person import JsonObject


def line(what: str, at: int) -> JsonObject:
    return {"what": what, "monotonic_ns": at, "last_motion_ns": at - 1}


def test_the_first_rest_after_the_vanishing_counts() -> None:
    log = [line("hands_moving", 1), line("hands_still", 2), line("hands_moving", 3)]
    log += [line("session_lost", 6), line("stopped", 7), line("safe_state", 8)]
    found = came_to_rest(log, 5)
    assert found is not None
    assert found["what"] == "stopped"


def test_while_it_moves_there_is_no_verdict() -> None:
    assert came_to_rest([line("hands_moving", 1)], 5) is None


@pytest.mark.parametrize(
    "log",
    [
        [],
        [line("hands_moving", 1), line("hands_silent", 2)],
        [line("hands_moving", 1), line("hands_over", 7)],
    ],
)
def test_a_robot_at_rest_already_or_at_the_end_of_its_attempt_is_no_try(
    log: list[JsonObject],
) -> None:
    with pytest.raises(NotMovingError):
        came_to_rest(log, 5)


def test_motion_after_the_rest_is_seen() -> None:
    log = [line("hands_moving", 1), line("hands_still", 7)]
    assert not moves_again(log, 7)
    assert moves_again([*log, line("hands_moving", 9)], 7)
