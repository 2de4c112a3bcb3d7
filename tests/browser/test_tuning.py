"""A manager changes a run while it goes on, and sees the learner follow."""

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import Operator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def run(operator: Operator) -> str:
    """Id of a run that the learner has taken on."""
    task = operator.call("GET", "/robots")[0]["task_id"]
    made = operator.call("POST", "/runs", {"task_id": task, "name": "Tuned"})
    run_id: str = made["id"]
    return run_id


def test_a_changed_setting_is_followed_and_drawn(page: Page, operator: Operator, run: str) -> None:
    page.goto(f"/runs/{run}")
    panel = page.get_by_role("region", name="Live tuning")
    expect(panel).to_contain_text("The learner follows")
    panel.get_by_label("Pull β").fill("0.02")
    panel.get_by_label("Pull β").press("Enter")
    expect(panel).to_contain_text("in force 0.02")
    panel.get_by_role("button", name="Pause learning").click()
    expect(panel.get_by_role("button", name="Resume learning")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(panel).to_contain_text("The learner follows")

    line = page.get_by_role("region", name="What happened")
    line.get_by_text("as a list").click()
    expect(line.get_by_role("listitem").first).to_contain_text("learning paused: off → on")
    expect(line.get_by_role("listitem").nth(1)).to_contain_text("Pull β: as configured → 0.02")

    stored = operator.call("GET", f"/runs/{run}")["tuning"]
    assert (stored["beta"], stored["learning_paused"]) == (0.02, True)
    panel.get_by_role("button", name="As configured").click()
    expect(panel).to_contain_text("in force 0.008")
