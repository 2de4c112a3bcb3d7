"""Takes the person at the page away, again and again, and reads when the robot last moved."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import ConfigError, Unavailable
from backend.studies.bench.figures import machine, percentiles
from backend.studies.chaos.evidence import read_safety_log
from backend.studies.deadman.hands import Case, cases, chromium
from backend.studies.deadman.wire import Wire
from backend.studies.person import JsonObject, Operator, Refusal
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIMIT_MS = 200.0
MOVING_S = 0.6
STILL_MOVING_MS = 60.0
PATIENCE_S = 20.0
ROBOT = "sim-1"
TRIES = 5
PICTURES = "document.querySelector('rlt-camera.focus')?.sequence ?? -1"


class NotMovingError(Exception):
    """The robot did not move when the person vanished, so that nothing could be measured."""


def run(data: Path, *, times: int, progress: Callable[[str], None]) -> JsonObject:
    """Every case `times` times: milliseconds from the vanishing to the robot's last motion."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ConfigError("This needs Playwright: pip install playwright, or make test.") from error
    program = chromium()
    with (
        Stack(data, "--robots", "1") as stack,
        stack.operator() as person,
        Wire(stack.port) as wire,
        sync_playwright() as playwright,
    ):
        rule = f"--host-resolver-rules=MAP localhost:{stack.port} 127.0.0.1:{wire.port}"
        # No sandbox of its own: only our own pages are opened, and test machines run as root.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", rule]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        context = browser.new_context(base_url=f"http://localhost:{stack.port}")
        page = context.new_page()
        address = _enter(page, stack, person)
        trial = Trial(page, person, stack, address)
        rows = [_case(case, trial, times, progress) for case in cases(page, wire, stack, address)]
        browser.close()
    return {"rows": rows, "limit_ms": LIMIT_MS, "machine": machine()}


class Trial:
    """One person, one robot, one page."""

    def __init__(self, page: "Page", person: Operator, stack: Stack, address: str) -> None:
        """`person` is signed in as the one at the page, through the API."""
        self._page = page
        self._person = person
        self._log = stack.safety_log(ROBOT)
        self._address = address
        self._robot: str = person.call("GET", "/robots")[0]["id"]

    def once(self, case: Case) -> tuple[float, str]:
        """Milliseconds to the last motion, and what the bridge wrote down."""
        self._ready()
        vanished = time.monotonic_ns()
        try:
            case.vanish()
            line = self._verdict(vanished)
        finally:
            case.mend()
            for key in ("w", "t"):
                self._page.keyboard.up(key)
        moved = (line["last_motion_ns"] - vanished) / 1e6
        if moved < -STILL_MOVING_MS:
            raise NotMovingError
        return max(moved, 0.0), line["what"]

    def _ready(self) -> None:
        """A moving robot in a person's hands; a busy machine may stop it on the way there."""
        for tries_left in reversed(range(TRIES)):
            try:
                self._episode()
                self._take_the_robot()
            except (Unavailable, Refusal):
                for key in ("w", "t"):
                    self._page.keyboard.up(key)
                if not tries_left:
                    raise
            else:
                return

    def _episode(self) -> None:
        """A fresh attempt from the home position: there is room to move."""

        def known(robot: JsonObject) -> bool:
            return bool(robot["telemetry"]["policy_connected"])

        self._wait(known, "The policy session")
        seen = self._person.robot(self._robot)["telemetry"]
        if seen["activity"] == "episode":
            self._person.command(self._robot, "end_episode")
        elif seen["phase"] == "stopped":
            self._person.arm(self._robot)
        self._wait(lambda r: r["telemetry"]["activity"] == "idle", "The end of the attempt")
        self._person.command(self._robot, "start_episode", regime="full")
        self._wait(lambda r: r["telemetry"]["activity"] == "episode", "The attempt")

    def _take_the_robot(self) -> None:
        page = self._page
        page.goto(self._address)
        self._until(lambda: page.evaluate(PICTURES) > 0, "A picture")
        page.keyboard.down("t")
        self._wait(lambda r: r["telemetry"]["phase"] == "human", "The take-over")
        page.keyboard.down("w")
        page.wait_for_timeout(MOVING_S * 1000)

    def _verdict(self, since_ns: int) -> JsonObject:
        found: list[JsonObject] = []

        def written() -> bool:
            found[:] = [
                line
                for line in read_safety_log(self._log)
                if line["what"] in {"hands_still", "stopped"} and line["monotonic_ns"] >= since_ns
            ]
            return bool(found)

        self._until(written, "A line about the robot's rest")
        return found[0]

    def _wait(self, wanted: Callable[[JsonObject], bool], what: str) -> None:
        self._person.wait_robot(self._robot, wanted, seconds=PATIENCE_S, what=what)

    def _until(self, wanted: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not wanted():
            if time.monotonic() > deadline:
                raise Unavailable(f"{what} did not come within {PATIENCE_S:g} s.")
            self._page.wait_for_timeout(20)


def _enter(page: "Page", stack: Stack, person: Operator) -> str:
    """Sign in; returns the address of the robot's page."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return f"/robots/{person.call('GET', '/robots')[0]['id']}"


def _case(case: Case, trial: Trial, times: int, progress: Callable[[str], None]) -> JsonObject:
    delays: list[float] = []
    said: set[str] = set()
    idle = 0
    while len(delays) < times:
        try:
            delay, what = trial.once(case)
        except NotMovingError:
            idle += 1
            if idle > TRIES + times:
                raise Unavailable(f"{case.name}: the robot does not follow the keys.") from None
            continue
        delays.append(delay)
        said.add(what)
        progress(f"{case.name} {len(delays)}/{times}: {delay:.0f} ms, {what}")
    return {
        "case": case.name,
        "last_motion_ms": percentiles(delays),
        "within_limit": sum(delay <= LIMIT_MS for delay in delays),
        "written_down_as": sorted(said),
        "tries_without_motion": idle,
    }
