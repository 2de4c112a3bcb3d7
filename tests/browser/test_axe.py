"""Every page, in the themes by turns, against axe's rules: none keeps anybody out."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from backend.studies.person import Operator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
THEMES = ("light", "dark", "contrast")
SETTLE_MS = 300


@pytest.fixture(scope="module")
def addresses(operator: Operator) -> list[str]:
    """Every page, with a cell and a run that is tuned."""
    robot = operator.call("GET", "/robots")[0]
    run = operator.call("POST", "/runs", {"task_id": robot["task_id"], "name": "Looked at"})
    operator.call("PATCH", f"/runs/{run['id']}/tuning", {"beta": 0.01, "actor_frozen": True})
    about = [f"/robots/{robot['id']}", f"/robots/{robot['id']}?guide=drive", f"/runs/{run['id']}"]
    lists = ["/", "/?kiosk=1", "/labels", "/labels?second=1", "/episodes", "/runs", "/runs?new=1"]
    return [*lists, *about, "/reports", "/reports/print", "/admin", "/help", "/nowhere"]


def violations(page: Page) -> list[str]:
    """What axe objects to, each with the first element that it means."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
        ".then(result => result.violations)",
        list(RULES),
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_no_page_breaks_a_rule(page: Page, addresses: list[str]) -> None:
    """Colours are all that differs between themes, so each page is drawn in them in turn."""
    objections = {}
    for number, address in enumerate(addresses):
        theme = THEMES[number % len(THEMES)]
        page.context.add_cookies([{"name": "rlt_theme", "value": theme, "url": page.url}])
        page.goto(address)
        page.locator("h1").first.wait_for()
        page.wait_for_timeout(SETTLE_MS)
        if found := violations(page):
            objections[f"{address}, {theme}"] = found
    assert objections == {}


def test_the_overlay_of_keys_breaks_none(page: Page) -> None:
    # It hears its key once it is there.
    page.locator("dialog.help").wait_for(state="attached")
    page.keyboard.press("?")
    page.locator("dialog.help[open]").wait_for()
    assert violations(page) == []
