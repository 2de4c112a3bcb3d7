"""Soft reservations of the label queue, so that two people do not judge the same episode."""

from dataclasses import dataclass
from uuid import UUID

from backend.errors import Conflict
from backend.kit.clock import Clock

RESERVED_SECONDS = 60.0


@dataclass(frozen=True)
class Reservation:
    """Somebody looks at an episode."""

    user_id: UUID
    user_name: str
    until: float


class Reservations:
    """Held in memory: losing them costs nothing but a 409 later."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is reserved."""
        self._clock = clock
        self._held: dict[UUID, Reservation] = {}

    def reserve(self, episode_id: UUID, user_id: UUID, user_name: str) -> None:
        """Reserve for a minute, or renew; Conflict when somebody else looks at it."""
        other = self._alive(episode_id)
        if other is not None and other.user_id != user_id:
            raise Conflict(
                f"{other.user_name} looks at this episode: take the next one.",
                holder={"id": str(other.user_id), "name": other.user_name},
            )
        until = self._clock.monotonic() + RESERVED_SECONDS
        self._held[episode_id] = Reservation(user_id, user_name, until)

    def of_others(self, user_id: UUID) -> list[UUID]:
        """Episodes that somebody else looks at."""
        alive = {key: one for key in list(self._held) if (one := self._alive(key))}
        return [key for key, one in alive.items() if one.user_id != user_id]

    def release(self, episode_id: UUID) -> None:
        """The episode is judged."""
        self._held.pop(episode_id, None)

    def _alive(self, episode_id: UUID) -> Reservation | None:
        found = self._held.get(episode_id)
        if found is not None and self._clock.monotonic() >= found.until:
            del self._held[episode_id]
            return None
        return found
