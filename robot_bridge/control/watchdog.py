"""Two independent watchdogs on monotonic time.

`Silence` asks whether a peer process is alive at all; `DriveStream` asks whether a driving person's
hands are still there. Neither trusts the transport to notice.
"""

from robot_bridge.control.clock import MS
from robot_bridge.protocol.messages import Drive

SESSION_TIMEOUT_MS = 100
EXCUSE_MS = 40
DRIVE_HOLD_MS = 150
"""At rest within 200 ms of the last wish: the robot's period and a busy machine need room."""
DRIVE_RELEASE_MS = 500


class Silence:
    """Watches one session: any message feeds it."""

    def __init__(self, timeout_ms: int = SESSION_TIMEOUT_MS) -> None:
        """It starts expired: nobody has been heard yet."""
        self._timeout = timeout_ms * MS
        self._deadline = 0
        self._excused = False

    def heard(self, now: int) -> None:
        """A message came."""
        self._deadline = now + self._timeout
        self._excused = False

    def excuse(self, now: int) -> None:
        """This process itself was away: what the peer sent meanwhile may lie unread.

        Once per silence and for 40 ms only, so that a busy machine cannot put a stop off for ever.
        """
        if not self._excused and self._deadline:
            self._excused = True
            self._deadline = max(self._deadline, now + EXCUSE_MS * MS)

    def forget(self) -> None:
        """The session is closed."""
        self._deadline = 0

    def expired(self, now: int) -> bool:
        """Whether the peer has been silent for too long."""
        return now >= self._deadline


class DriveStream:
    """The newest wish of a driving person, and how old it is."""

    def __init__(self) -> None:
        """Outside an intervention every Drive is dropped."""
        self._sequence = -1
        self._heard: int | None = None
        self._twist: tuple[float, ...] = (0.0,) * 6

    def open(self, now: int) -> None:
        """A person takes over; the hands count as seen now and at rest."""
        self._sequence = -1
        self._heard = now
        self._twist = (0.0,) * 6

    def close(self) -> None:
        """The intervention is over."""
        self._heard = None

    def accept(self, drive: Drive, now: int) -> bool:
        """Take a Drive unless it is out of order or nobody drives."""
        if self._heard is None or drive.sequence <= self._sequence:
            return False
        self._sequence = drive.sequence
        self._heard = now
        self._twist = drive.twist
        return True

    def twist(self, now: int) -> tuple[float, ...] | None:
        """The wish to follow, or None when the stream is too old to move on."""
        if self._heard is None or now - self._heard >= DRIVE_HOLD_MS * MS:
            return None
        return self._twist

    def released(self, now: int) -> bool:
        """Whether the silence is long enough to end the intervention."""
        return self._heard is not None and now - self._heard >= DRIVE_RELEASE_MS * MS
