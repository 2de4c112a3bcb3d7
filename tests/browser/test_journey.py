"""One person's first shift: watch, start, hand off, take over, label, look it up."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import JsonObject, Operator
from tests.fixtures.pages import enter, until
from tests.fixtures.words import LANGUAGES, Language, words_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURES = "document.querySelector('rlt-camera.focus')?.sequence ?? -1"


@pytest.fixture(scope="module")
def robot(operator: Operator) -> str:
    """Id of the robot, in a run of whole attempts: they begin before the precise part."""
    found = operator.call("GET", "/robots")[0]
    run = {"task_id": found["task_id"], "regime": "full", "name": "First shift"}
    operator.call("POST", "/runs", run | {"robot_ids": [found["id"]]})
    robot_id: str = found["id"]
    return robot_id


def order(kind: str) -> JsonObject:
    return {"id": str(uuid4()), "kind": kind, "args": {}}


def free(operator: Operator, robot: str) -> None:
    """Nobody drives: whoever comes next may take the robot."""
    operator.call("POST", f"/robots/{robot}/lease", {"takeover": True, "reason": "shift ends"})
    operator.call("DELETE", f"/robots/{robot}/lease")


def test_from_the_door_to_the_report(page: Page, operator: Operator, robot: str) -> None:
    operator.command(robot, "stop")
    free(operator, robot)
    page.locator(".wall .card").get_by_role("link").first.click()
    page.wait_for_url(f"**/robots/{robot}")

    # The cameras move.
    until(page, lambda: page.evaluate(PICTURES) > 0)
    seen = page.evaluate(PICTURES)
    until(page, lambda: page.evaluate(PICTURES) > seen + 10)
    blank = page.evaluate(
        """() => {
            const canvas = document.querySelector('rlt-camera.focus canvas');
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(data).size < 10;
        }"""
    )
    assert blank is False

    # Two steps out of the stop, then an attempt.
    page.get_by_role("button", name="Clear stop").click()
    page.get_by_role("button", name="Arm", exact=True).click()
    page.get_by_role("button", name="Start episode").click()
    display = page.locator(".phase-display .phase-word")
    expect(display).to_have_text(re.compile("base", re.IGNORECASE))

    # Hand off with the key, as a person beside the robot does.
    page.keyboard.press("h")
    expect(page.locator(".phase-display")).to_contain_text("hand-off")

    # Take over while the key is held, give back, and judge.
    page.keyboard.down("t")
    expect(display).to_have_text(re.compile("human", re.IGNORECASE))
    page.keyboard.down("w")
    page.wait_for_timeout(500)
    page.keyboard.up("w")
    page.keyboard.up("t")
    page.keyboard.press("g")
    expect(display).not_to_have_text(re.compile("human", re.IGNORECASE))
    page.get_by_role("button", name="Success").click()
    expect(page.locator("rlt-label-bar [role=status]")).to_contain_text("Admin")

    # It is in the list, in its own page, in the charts and in the report.
    page.goto("/episodes")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("Success")
    row.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("Success")
    page.goto(f"/robots/{robot}")
    expect(page.locator("rlt-cell-charts")).to_contain_text(re.compile("Success, last [1-9]"))
    page.goto("/reports")
    expect(page.locator(".answer")).to_contain_text(re.compile("[1-9]"))
    expect(page.locator("main")).to_contain_text(re.compile("[1-9][0-9]* %"))


Visit = Callable[[str, str, Language], Page]


class Hands:
    """Somebody's hands on the keys, who looks at the robot before each."""

    def __init__(self, page: Page, operator: Operator, robot: str) -> None:
        self.page, self._operator, self._robot = page, operator, robot

    def state(self) -> JsonObject:
        seen: JsonObject = self._operator.robot(self._robot)["telemetry"]
        return seen

    def ready(self) -> None:
        # A busy machine may take a console that is late for lost: then it is armed again.
        if self.state()["phase"] == "stopped" or not self.state()["armed"]:
            commands = f"/api/v1/robots/{self._robot}/commands"
            self.page.request.post(commands, data=order("clear_stop"))
            self.page.request.post(commands, data=order("arm"))
        if self.state()["activity"] == "idle":
            self.page.keyboard.press("n")

    def handed_off(self) -> bool:
        self.ready()
        if self.state()["activity"] == "episode" and self.state()["hand_off_step"] < 0:
            self.page.keyboard.press("h")
        return int(self.state()["hand_off_step"]) >= 0

    def driven(self) -> bool:
        self.ready()
        self.page.keyboard.down("t")
        self.page.keyboard.down("w")
        self.page.wait_for_timeout(300)
        done = (self.state()["phase"], self.state()["activity"]) == ("human", "episode")
        self.page.keyboard.up("w")
        self.page.keyboard.up("t")
        return done

    def stopped(self) -> bool:
        return bool(self.state()["phase"] == "stopped")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shift_needs_no_mouse(
    visit: Visit, operator: Operator, robot: str, language: Language
) -> None:
    say = words_of(language)
    page = visit(f"ann-{language}", "operator", language)
    hands = Hands(page, operator, robot)
    operator.command(robot, "stop")
    free(operator, robot)
    enter(page, page.locator(".wall .card h2 a").first)
    page.wait_for_url(f"**/robots/{robot}")

    # Out of the stop in its two steps.
    enter(page, page.get_by_role("button", name=say("do.clear_stop")))
    enter(page, page.get_by_role("button", name=say("do.arm"), exact=True))
    display = page.locator(".phase-display .phase-word")
    expect(display).not_to_have_text(say("phase.stopped"), ignore_case=True)

    until(page, hands.handed_off, seconds=60)
    until(page, hands.driven, seconds=60)
    page.keyboard.press("g")

    # Judge: driving letters rest a moment before they mean labels.
    bar = page.locator("rlt-label-bar [role=status]")

    def judged() -> bool:
        page.keyboard.press("Shift+F")
        return say("outcome.failure") in bar.inner_text()

    until(page, judged)
    expect(bar).to_contain_text(f"Ann-{language}".title())

    # Look it up, and stop from there.
    enter(page, page.get_by_role("link", name=say("nav.episodes")))
    row = page.locator("tbody tr").filter(has_text=say("outcome.failure")).first
    enter(page, row.get_by_role("link").first)
    expect(page.locator("main")).to_contain_text(say("outcome.failure"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    until(page, hands.stopped)
    free(operator, robot)


def test_stop_is_on_every_page_and_works_from_the_keyboard(page: Page, operator: Operator) -> None:
    robot_id = operator.call("GET", "/robots")[0]["id"]
    for path in ("/", f"/robots/{robot_id}", "/labels", "/episodes", "/runs", "/reports", "/admin"):
        page.goto(path)
        expect(page.get_by_role("button", name=re.compile(r"STOP \(software\)"))).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    operator.wait_robot(
        robot_id, lambda r: r["telemetry"]["phase"] == "stopped", seconds=5, what="The stop"
    )


def test_the_whole_interface_speaks_chinese(page: Page) -> None:
    page.locator(".languages [lang^=zh]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    for path in ("/", "/labels", "/episodes", "/runs", "/reports", "/help"):
        page.goto(path)
        expect(page.locator("h1").first).to_have_text(re.compile("[\u4e00-\u9fff]"))
    page.locator(".languages [lang^=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
