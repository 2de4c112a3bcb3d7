"""A person gives an order a key of their own, and it goes with the account."""

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import Operator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_key_of_ones_own_is_refused_saved_listed_and_reset(
    page: Page, operator: Operator
) -> None:
    robot = operator.call("GET", "/robots")[0]["id"]
    page.goto("/help#keys")
    hand_off = page.get_by_role("button", name="Hand off to RL")
    told = page.locator("rlt-key-editor [role=status]")
    hand_off.press("Enter")
    page.keyboard.press("n")
    expect(told).to_contain_text("N is “Start episode” already")
    page.keyboard.press("j")
    expect(told).to_contain_text("“Hand off to RL” is now J.")

    page.goto(f"/robots/{robot}")
    page.keyboard.press("?")
    shown = page.locator("dialog.help").get_by_role("definition").filter(has_text="Hand off to RL")
    expect(shown.locator("xpath=..")).to_contain_text("J")
    page.get_by_role("button", name="Close").click()

    page.goto("/help#keys")
    page.get_by_role("button", name="Standard keys again").click()
    expect(told).to_contain_text("standard ones again")
    assert operator.call("GET", "/me")["keys"] == {}
