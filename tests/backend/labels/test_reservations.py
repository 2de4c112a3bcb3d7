"""Soft reservations run out by themselves."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from backend.errors import Conflict
from backend.labels.reservations import RESERVED_SECONDS, Reservations


class HandClock:
    """Moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds


def test_a_reservation_holds_for_a_minute_and_can_be_renewed() -> None:
    clock = HandClock()
    held = Reservations(clock)
    episode, ada, bob = uuid4(), uuid4(), uuid4()
    held.reserve(episode, ada, "Ada")
    clock.seconds = RESERVED_SECONDS - 1
    held.reserve(episode, ada, "Ada")
    clock.seconds = 2 * RESERVED_SECONDS - 2
    with pytest.raises(Conflict, match="Ada looks at this episode"):
        held.reserve(episode, bob, "Bob")
    assert held.of_others(bob) == [episode]
    clock.seconds = 2 * RESERVED_SECONDS
    assert held.of_others(bob) == []
    held.reserve(episode, bob, "Bob")
    held.release(episode)
    held.reserve(episode, ada, "Ada")
