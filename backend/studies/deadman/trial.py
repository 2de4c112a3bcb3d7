"""One person at one page who drives one robot, is gone in a moment, and comes back."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import TYPE_CHECKING

from backend.errors import Unavailable
from backend.studies.chaos.evidence import read_safety_log
from backend.studies.deadman.hands import Case
from backend.studies.person import JsonObject, Operator, Refusal
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCHED_MS = 300
"""So long nothing may move after the robot has come to rest, with nobody there."""
MOVED_M = 0.004
PATIENCE_S = 20.0
ROBOT = "sim-1"
TRIES = 20
TAKE_OVER = "t"
ALONG = ("s", "w")
"""Back and forth in turn: a robot that only went one way would soon be at its limit."""
MOVING = "hands_moving"
OVER = "hands_over"
AT_REST = {"hands_still", "hands_silent", OVER, "stopped"}
"""The hands asked for rest, went quiet, their attempt was over, or the robot stopped by itself."""
NOBODY_DRIVES = ".phase-display:not(.phase-human)"
HELD = "section.drive.held"
LIVE = """() => {
    const tile = document.querySelector("rlt-camera.focus");
    return Boolean(tile) && tile.age() < 500;
}"""


class NotMovingError(Exception):
    """The robot did not move when the person vanished, so that nothing could be measured."""


def came_to_rest(log: list[JsonObject], since_ns: int) -> JsonObject | None:
    """The line that ended the motion of that moment; None while it goes on.

    Raises NotMovingError when there was no motion at that moment, or the attempt's end ended it.
    """
    told = [line for line in log if line["what"] in {MOVING, *AT_REST}]
    before = [line for line in told if line["monotonic_ns"] < since_ns]
    if not before or before[-1]["what"] != MOVING:
        raise NotMovingError
    rest = next((line for line in told[len(before) :] if line["what"] in AT_REST), None)
    if rest is not None and rest["what"] == OVER:
        raise NotMovingError
    return rest


def moves_again(log: list[JsonObject], rest_ns: int) -> bool:
    """Whether hands moved the robot after it had come to rest."""
    return any(line["what"] == MOVING and line["monotonic_ns"] > rest_ns for line in log)


class Trial:
    """The same attempt of the robot serves as many tries as it lasts."""

    def __init__(self, page: "Page", person: Operator, stack: Stack) -> None:
        """`person` is signed in as the one at the page, through the API."""
        robot = person.call("GET", "/robots")[0]
        self.address = f"/robots/{robot['id']}"
        self._page = page
        self._person = person
        self._log = stack.safety_log(ROBOT)
        self._robot: str = robot["id"]
        self._place = robot["spec"]["state_names"].index("tcp_x")
        self._keys: Iterator[str] = cycle(ALONG)
        page.goto(self.address)

    def once(self, case: Case) -> tuple[float, str]:
        """Milliseconds to the last motion, and what the bridge wrote down.

        Raises NotMovingError when the robot was at rest already; Unavailable when it moves on.
        """
        self._ready()
        vanished = time.monotonic_ns()
        try:
            case.vanish()
            line = self._verdict(vanished)
            self._page.wait_for_timeout(WATCHED_MS)
            if moves_again(read_safety_log(self._log), line["monotonic_ns"]):
                raise Unavailable(f"{case.name}: the robot moved again with nobody there.")
        finally:
            case.mend()
            self._hands_off()
        return max((line["last_motion_ns"] - vanished) / 1e6, 0.0), line["what"]

    def _ready(self) -> None:
        """A moving robot in a person's hands; a busy machine may stop it on the way there."""
        for tries_left in reversed(range(TRIES)):
            try:
                self._attempt()
                self._take_the_robot()
            except (Unavailable, Refusal):
                self._hands_off()
                if not tries_left:
                    raise
            else:
                return

    def _attempt(self) -> None:
        """The robot rests in an attempt; a fresh one when the last is over."""

        def resting(robot: JsonObject) -> bool:
            now = robot["telemetry"]
            return bool(now["policy_connected"]) and now["phase"] != "human"

        seen = self._wait(resting, "The end of the last hands")["telemetry"]
        if seen["phase"] == "stopped":
            self._person.arm(self._robot)
            self._wait(lambda r: not _stopped(r), "The arming")
        if seen["activity"] != "episode":
            self._person.command(self._robot, "start_episode", regime="full")
            self._wait_unless(
                lambda r: r["telemetry"]["activity"] == "episode", _stopped, "The attempt"
            )

    def _take_the_robot(self) -> None:
        page = self._page
        self._until(lambda: page.evaluate(LIVE), "A picture")
        # The page hears of everything a little later than the programs do.
        self._until(page.locator(NOBODY_DRIVES).is_visible, "The page's news of the last hands")
        page.keyboard.down(TAKE_OVER)
        seen = self._wait_unless(_human, _stopped, "The take-over")
        self._until(page.locator(HELD).is_visible, "The page's news of the take-over")
        page.keyboard.down(next(self._keys))
        before = seen["telemetry"]["state"][self._place]
        self._wait_unless(
            lambda r: abs(r["telemetry"]["state"][self._place] - before) > MOVED_M,
            lambda r: not _human(r),
            "The motion",
        )

    def _hands_off(self) -> None:
        for key in (TAKE_OVER, *ALONG):
            self._page.keyboard.up(key)

    def _verdict(self, since_ns: int) -> JsonObject:
        found: JsonObject | None = None

        def written() -> bool:
            nonlocal found
            found = came_to_rest(read_safety_log(self._log), since_ns)
            return found is not None

        self._until(written, "A line about the robot's rest")
        assert found is not None
        return found

    def _wait_unless(
        self, wanted: Callable[[JsonObject], bool], lost: Callable[[JsonObject], bool], what: str
    ) -> JsonObject:
        """The same; Unavailable at once when it is `lost`, so that the next try begins."""
        seen = self._wait(lambda robot: wanted(robot) or lost(robot), what)
        if not wanted(seen):
            now = seen["telemetry"]
            raise Unavailable(f"{what} did not happen: {now['phase']}. {now['stop_reason']}")
        return seen

    def _wait(self, wanted: Callable[[JsonObject], bool], what: str) -> JsonObject:
        return self._person.wait_robot(self._robot, wanted, seconds=PATIENCE_S, what=what)

    def _until(self, wanted: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not wanted():
            if time.monotonic() > deadline:
                raise Unavailable(f"{what} did not come within {PATIENCE_S:g} s.")
            self._page.wait_for_timeout(20)


def _human(robot: JsonObject) -> bool:
    return bool(robot["telemetry"]["phase"] == "human")


def _stopped(robot: JsonObject) -> bool:
    return bool(robot["telemetry"]["phase"] == "stopped")
