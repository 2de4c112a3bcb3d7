"""Hands drive between attempts, where nobody needs a policy: to clear a jam, to look closer."""

import re

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import Operator
from tests.fixtures.pages import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def tool_x(operator: Operator, robot: str) -> float:
    found = operator.call("GET", f"/robots/{robot}")
    place = found["spec"]["state_names"].index("tcp_x")
    return float(found["telemetry"]["state"][place])


def test_hands_drive_between_attempts_and_nothing_is_recorded(
    page: Page, operator: Operator
) -> None:
    robot = operator.call("GET", "/robots")[0]["id"]
    page.goto(f"/robots/{robot}")
    page.get_by_role("button", name="Clear stop").click()
    page.get_by_role("button", name="Arm", exact=True).click()
    display = page.locator(".phase-display")
    expect(display).to_contain_text("Between episodes")
    before = tool_x(operator, robot)
    page.keyboard.down("t")
    expect(display).to_contain_text("nothing is recorded")
    page.keyboard.down("w")
    until(page, lambda: tool_x(operator, robot) > before + 0.005)
    page.keyboard.up("w")
    page.keyboard.up("t")
    expect(display.locator(".phase-word")).to_have_text(re.compile("paused", re.IGNORECASE))
    assert list(operator.episodes()) == []
