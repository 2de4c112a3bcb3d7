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

STILL_MOVING_MS = 60.0
MOVED_M = 0.004
PATIENCE_S = 20.0
ROBOT = "sim-1"
TRIES = 20
TAKE_OVER = "t"
ALONG = ("s", "w")
"""Back and forth in turn: a robot that only went one way would soon be at its limit."""
AT_REST = {"hands_still", "hands_silent", "stopped"}
"""The hands asked for rest, went quiet, or the robot stopped by itself."""
LIVE = """() => {
    const tile = document.querySelector("rlt-camera.focus");
    return Boolean(tile) && tile.age() < 500;
}"""


class NotMovingError(Exception):
    """The robot did not move when the person vanished, so that nothing could be measured."""


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
        """Milliseconds to the last motion, and what the bridge wrote down."""
        self._ready()
        vanished = time.monotonic_ns()
        try:
            case.vanish()
            line = self._verdict(vanished)
        finally:
            case.mend()
            self._hands_off()
        moved = (line["last_motion_ns"] - vanished) / 1e6
        if moved < -STILL_MOVING_MS:
            raise NotMovingError
        return max(moved, 0.0), line["what"]

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
        page.keyboard.down(TAKE_OVER)
        seen = self._wait_unless(_human, _stopped, "The take-over")
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
        found: list[JsonObject] = []

        def written() -> bool:
            found[:] = [
                line
                for line in read_safety_log(self._log)
                if line["what"] in AT_REST and line["monotonic_ns"] >= since_ns
            ]
            return bool(found)

        self._until(written, "A line about the robot's rest")
        return found[0]

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
