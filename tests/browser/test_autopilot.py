"""Watching the simulated robot practise on its own."""

import pytest
from playwright.sync_api import Page, expect

from backend.studies.person import Operator
from tests.fixtures.pages import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

LEARNER_S = 180


@pytest.fixture(scope="module")
def arguments() -> list[str]:
    """An automatic operator, and time that runs as fast as it can."""
    return ["--autopilot"]


def newest(operator: Operator, run_id: str, name: str) -> float:
    points = operator.call("GET", f"/runs/{run_id}/metrics", None, names=name)["series"][name]
    return float(points[-1][3]) if points else 0.0


def test_attempts_labels_counters_and_charts_come_by_themselves(
    page: Page, operator: Operator
) -> None:
    found = operator.call("GET", "/robots")[0]
    page.goto(f"/robots/{found['id']}")
    charts = page.locator("rlt-cell-charts")
    expect(charts).to_contain_text("Success, last 3", timeout=LEARNER_S * 1000)
    expect(charts).to_contain_text("Replay")
    assert newest(operator, found["run_id"], "replay_episodes") >= 1
    before = newest(operator, found["run_id"], "transitions_total")
    assert before > 0
    expect(charts).to_contain_text("Success, last 4", timeout=LEARNER_S * 1000)
    until(page, lambda: newest(operator, found["run_id"], "transitions_total") > before)

    episodes = list(operator.episodes())
    assert len(episodes) >= 3
    assert all(row["label"]["automatic"] for row in episodes if row["label"])

    page.goto("/reports")
    expect(page.locator("main")).to_contain_text("given by a program")
