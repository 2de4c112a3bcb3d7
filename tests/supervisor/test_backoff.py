"""The wait between two starts of a process."""

import pytest

from backend.supervisor.backoff import Backoff


def test_doubles_up_to_the_longest() -> None:
    backoff = Backoff()
    waits = [backoff.after(1.0) for _ in range(7)]
    assert waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])


def test_after_a_healthy_life_it_starts_at_once_and_over() -> None:
    backoff = Backoff()
    for _ in range(4):
        backoff.after(4.9)
    assert backoff.after(5.0) == 0.0
    assert backoff.after(0.0) == pytest.approx(0.2)
