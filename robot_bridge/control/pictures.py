"""Pictures on order: taken now, delivered later by another process, used where they were wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from robot_bridge.control.clock import MS
from robot_bridge.control.ports import ImageWish
from robot_bridge.control.recorder import Images

URGENT_LIMIT_MS = 500
ANCHOR_LIMIT_MS = 2000


@dataclass
class _Order:
    moment: int
    ordered: int
    urgent: bool
    uses: list[Callable[[Images], None]]


class Pictures:
    """Orders by number. The control loop never waits here."""

    def __init__(self, want: Callable[[ImageWish], None]) -> None:
        """`want` passes an order on to the camera process."""
        self._want = want
        self._orders: dict[int, _Order] = {}
        self._number = 0
        self._newest: tuple[int, Images] | None = None

    def order(
        self,
        moment: int,
        snapshot: bytes,
        now: int,
        *,
        urgent: bool,
        use: Callable[[Images], None],
    ) -> None:
        """Ask for the policy images of a moment.

        Two wishes for one moment get the same pictures, so that what the policy saw at a step and
        what is recorded of it cannot differ.
        """
        if self._newest is not None and self._newest[0] == moment:
            use(self._newest[1])
            return
        newest = self._orders.get(self._number)
        if newest is not None and newest.moment == moment:
            newest.uses.append(use)
            return
        self._number += 1
        self._orders[self._number] = _Order(moment, now, urgent, [use])
        self._want(ImageWish(self._number, snapshot, urgent))

    def deliver(self, number: int, images: Images) -> None:
        """Images came; an order that was dropped meanwhile is ignored."""
        order = self._orders.pop(number, None)
        if order is None:
            return
        self._newest = (order.moment, images)
        for use in order.uses:
            use(images)

    def drop(self) -> None:
        """Nobody waits any more."""
        self._orders.clear()

    @property
    def outstanding(self) -> int:
        """Orders not delivered yet."""
        return len(self._orders)

    def overdue(self, now: int) -> str:
        """Which wait is too long, in words; empty when all is in time."""
        for order in self._orders.values():
            limit = URGENT_LIMIT_MS if order.urgent else ANCHOR_LIMIT_MS
            if now - order.ordered > limit * MS:
                return f"no camera images for {limit} ms: check the camera process and its load"
        return ""
