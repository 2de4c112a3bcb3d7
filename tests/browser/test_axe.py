"""Every page, in the themes by turns, against axe's rules: none keeps anybody out."""

from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Page, expect

from backend.db import libpq_url
from backend.studies.person import Operator
from backend.studies.stack import Stack
from backend.supervisor.postgres import socket_url
from tests.fixtures.axe import violations
from tests.fixtures.words import bare_keys

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

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


def test_no_page_breaks_a_rule_or_lacks_a_sentence(page: Page, addresses: list[str]) -> None:
    """Colours are all that differs between themes, so each page is drawn in them in turn."""
    objections = {}
    for number, address in enumerate(addresses):
        theme = THEMES[number % len(THEMES)]
        page.context.add_cookies([{"name": "rlt_theme", "value": theme, "url": page.url}])
        page.goto(address)
        page.locator("h1").first.wait_for()
        page.wait_for_timeout(SETTLE_MS)
        if found := [*violations(page), *bare_keys(page)]:
            objections[f"{address}, {theme}"] = found
    assert objections == {}


def test_the_overlay_of_keys_breaks_none(page: Page) -> None:
    # It hears its key once it is there.
    page.locator("dialog.help").wait_for(state="attached")
    page.keyboard.press("?")
    page.locator("dialog.help[open]").wait_for()
    assert violations(page) == []


def test_forms_that_open_in_a_page_break_none(page: Page, operator: Operator, stack: Stack) -> None:
    robot = operator.call("GET", "/robots")[0]
    runs = [
        operator.call("POST", "/runs", {"task_id": robot["task_id"], "name": name})["id"]
        for name in ("Evaluated", "Beside it")
    ]
    with psycopg.connect(libpq_url(socket_url(stack.data / "postgres"))) as connection:
        connection.execute(
            "insert into checkpoints (id, run_id, version, actor_sha256, updates, transitions, "
            "lock_sha256, metrics) values (%s, %s, 4, %s, 0, 0, '', '{}')",
            (uuid4(), runs[0], "0" * 64),
        )
    page.goto(f"/runs/{runs[0]}?with={runs[1]}")
    page.get_by_role("button", name="Evaluate v4…").click()
    page.get_by_role("form", name="Evaluate…").wait_for()
    expect(page.get_by_role("region", name="Comparison")).to_contain_text("Over updates")
    assert violations(page) == []


def test_asking_for_a_robot_breaks_none(page: Page, operator: Operator) -> None:
    robot = operator.call("GET", "/robots")[0]["id"]
    password = "bea knocks thrice"
    person = {"name": "bea", "display_name": "Bea", "role": "operator", "password": password}
    operator.call("POST", "/users", person)
    with Operator(operator.url) as other:
        other.sign_in("bea", password)
        other.call("POST", f"/robots/{robot}/lease", {})
        page.goto(f"/robots/{robot}")
        lease = page.get_by_role("group", name="Driver")
        lease.get_by_role("button", name="Ask for it").click()
        expect(lease).to_contain_text("asked, no answer yet")
        lease.get_by_role("button", name="Take control…").click()
        expect(lease.get_by_placeholder("Why? It is written down.")).to_be_focused()
        assert violations(page) == []
        other.call("POST", f"/robots/{robot}/lease/hand-over")
        expect(lease).to_contain_text("You")
        operator.call("DELETE", f"/robots/{robot}/lease")


def test_a_console_without_cells_breaks_none(page: Page) -> None:
    page.route("**/api/v1/robots", lambda route: route.fulfill(json=[]))
    page.route_web_socket("**/api/v1/live", lambda _: None)
    page.goto("/")
    expect(page.locator("h1")).to_have_text("No robot yet")
    assert violations(page) == []
