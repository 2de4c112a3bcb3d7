"""Several robots side by side: all move, then all questions are answered at once.

What is computed together depends on the orders alone, so the same orders give the same episodes.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.slot import Order, Slot
from robot_bridge.protocol.messages import Chunk

Answer = Callable[[Sequence[Slot]], Sequence[Chunk]]
"""Chunks for the questions of these slots, in their order."""


@contextmanager
def robots(task: str, count: int, *, driver: str = "mujoco") -> Iterator[list[LockstepRobot]]:
    """So many robots, started at the same time."""
    with ExitStack() as stack:
        witness = driver == "mujoco"
        made = [LockstepRobot(task, driver=driver, witness=witness) for _ in range(count)]
        for robot in made:
            stack.callback(robot.close)
            robot.start()
        for robot in made:
            robot.greet()
        yield made


def play_all(
    cells: Sequence[LockstepRobot], orders: Sequence[Order], answer: Answer
) -> Iterator[Slot]:
    """Make all attempts; each comes out as it ends."""
    waiting = deque(orders)
    busy = [_begin(cell, waiting.popleft()) for cell in cells if waiting]
    while busy:
        for slot in busy:
            slot.heard(slot.robot.hear())
        _go_on(busy, answer)
        going: list[Slot] = []
        for slot in busy:
            if slot.end is None:
                going.append(slot)
                continue
            if waiting:
                going.append(_begin(slot.robot, waiting.popleft()))
            yield slot
        busy = going


def _begin(robot: LockstepRobot, order: Order) -> Slot:
    slot = Slot(robot, order)
    slot.begin()
    return slot


def _go_on(busy: Sequence[Slot], answer: Answer) -> None:
    asking = [slot for slot in busy if slot.question is not None and slot.end is None]
    for slot in busy:
        if slot.question is None and slot.end is None:
            slot.go_on()
    for slot, chunk in zip(asking, answer(asking), strict=True):
        slot.go_on(chunk)
