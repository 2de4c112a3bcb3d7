"""One person's first shift: watch, start, hand off, take over, label, look it up."""

import re

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import Operator
from tests.fixtures.pages import until

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


def test_from_the_door_to_the_report(page: Page, robot: str) -> None:
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
    expect(page.locator("rlt-cell-charts")).to_contain_text("Success, last 1")
    page.goto("/reports")
    expect(page.locator(".answer")).to_contain_text("1")
    expect(page.locator("main")).to_contain_text("100 %")


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
