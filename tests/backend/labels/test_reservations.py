"""Soft reservations run out by themselves."""

from uuid import uuid4

import pytest

from backend.errors import Conflict
from backend.labels.reservations import RESERVED_SECONDS, Reservations
from tests.fixtures.clock import HandClock


def test_a_reservation_holds_for_a_minute_and_can_be_renewed() -> None:
    clock = HandClock()
    held = Reservations(clock)
    episode, ada, bob = uuid4(), uuid4(), uuid4()
    held.reserve(episode, ada, "Ada")
    clock.seconds += RESERVED_SECONDS - 1
    held.reserve(episode, ada, "Ada")
    clock.seconds += RESERVED_SECONDS - 1
    with pytest.raises(Conflict, match="Ada looks at this episode"):
        held.reserve(episode, bob, "Bob")
    assert held.of_others(bob) == [episode]
    clock.seconds += 1
    assert held.of_others(bob) == []
    held.reserve(episode, bob, "Bob")
    held.release(episode)
    held.reserve(episode, ada, "Ada")
