"""Who drives a robot. One holder at a time; each change of holder has a larger epoch."""

from dataclasses import dataclass
from uuid import UUID

PRESENCE_SECONDS = 3.0
"""A live page says once a second that somebody is there; this much silence counts as gone."""


@dataclass(frozen=True)
class Holder:
    """The person with the lease."""

    id: UUID
    name: str


class Lease:
    """The lease of one robot. Times are monotonic seconds."""

    def __init__(self, epoch: int, grace: float) -> None:
        """`grace` is how long a lease outlives the loss of its holder's last page."""
        self.epoch = epoch
        self.holder: Holder | None = None
        self.asking: Holder | None = None
        """Who asked the holder for the robot last, and has no answer yet."""
        self._grace = grace
        self._deadline = 0.0

    def held_by(self, user_id: UUID) -> bool:
        """Whether this person drives."""
        return self.holder is not None and self.holder.id == user_id

    def take(self, holder: Holder, epoch: int, now: float) -> None:
        """A new driver; `epoch` is already stored."""
        assert epoch > self.epoch, "the epoch of a lease only grows"
        self.holder, self.asking, self.epoch = holder, None, epoch
        self.renew(now)

    def renew(self, now: float) -> None:
        """The holder was heard."""
        self._deadline = now + PRESENCE_SECONDS + self._grace

    def abandon(self, now: float) -> None:
        """The holder's last page is gone."""
        self._deadline = min(self._deadline, now + self._grace)

    def release(self) -> None:
        """Nobody drives."""
        self.holder = self.asking = None

    def expired(self, now: float) -> bool:
        """Whether the holder has been away too long."""
        return self.holder is not None and now >= self._deadline
