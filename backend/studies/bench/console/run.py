"""`rlt bench console`: cameras and ticks on two robots at work, then every page of a small console.

Two cores carry it all here: robots, their computed cameras, policy, console, browser and viewers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.studies.bench.attempts import record
from backend.studies.bench.console import cameras, pages, ticks
from backend.studies.bench.console.table import failures, table
from backend.studies.bench.figures import machine
from backend.studies.browser import launched, sign_in
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack

ROBOTS = 2
"""Together they have the four cameras that one viewer is to watch."""
FIRST_ATTEMPT_S = 60.0
ATTEMPTS = 4
MOST_CAMERAS = 4


@dataclass(frozen=True)
class Lengths:
    """How long and how often is measured."""

    seconds: float
    """Of each audience, and of each part of a round of ticks."""
    rounds: int
    loads: int
    """Of each page in each language."""


def run(data: Path, *, lengths: Lengths, progress: Callable[[str], None]) -> JsonObject:
    """All of it: the table goes to `progress`, the figures are returned."""
    report = _at_work(data / "work", lengths, progress)
    report["pages"] = _pages(data / "pages", lengths, progress)
    report |= {"failures": failures(report), "machine": machine()}
    progress(table(report))
    return report


def _at_work(data: Path, lengths: Lengths, progress: Callable[[str], None]) -> JsonObject:
    with Stack(data, "--robots", str(ROBOTS), "--autopilot") as stack, stack.operator() as person:
        robots = _playing(person)
        with launched() as browser:
            page = browser.new_page(base_url=stack.url)
            page.add_init_script(cameras.WATCH)
            sign_in(page, stack.password)
            seen = cameras.measure(page, person, stack, robots, lengths.seconds, progress)
        # The browser is gone by now: a viewer's own machine is not what could disturb the robot.
        wanted = cameras.sights(robots, MOST_CAMERAS)
        plan = (lengths.rounds, lengths.seconds)
        late = ticks.measure(person, [robot["id"] for robot in robots], wanted, plan, progress)
    return {"cameras": seen, "ticks": late}


def _playing(person: Operator) -> list[JsonObject]:
    robots: list[JsonObject] = person.call("GET", "/robots")
    return [
        person.wait_robot(
            robot["id"],
            lambda r: r["telemetry"]["activity"] == "episode",
            seconds=FIRST_ATTEMPT_S,
            what="The first attempt",
        )
        for robot in robots
    ]


def _pages(data: Path, lengths: Lengths, progress: Callable[[str], None]) -> list[JsonObject]:
    with (
        Stack(data, "--robots", "1", "--speed", "max") as stack,
        stack.operator() as person,
        launched() as browser,
    ):
        robot = person.call("GET", "/robots")[0]
        new = {"task_id": robot["task_id"], "robot_ids": [robot["id"]], "name": "Bench"}
        person.call("POST", "/runs", new)
        record(person, ATTEMPTS, progress)
        person.label(next(person.episodes())["id"], "success")
        return pages.measure(browser, stack, person, lengths.loads, progress)
