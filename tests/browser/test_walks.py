"""A supervisor and a manager at work in both languages, with the keyboard alone."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from backend.studies.bench.attempts import record
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack
from tests.fixtures.axe import violations
from tests.fixtures.pages import enter, tab_to
from tests.fixtures.words import LANGUAGES, Language, words_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EACH = 2
"""Attempts for the supervisor of each language."""

Visit = Callable[[str, str, Language], Page]


@pytest.fixture(scope="module")
def arguments() -> list[str]:
    """Simulated time flat out: these people judge what was recorded, they do not drive."""
    return ["--robots", "1", "--speed", "max"]


@pytest.fixture(scope="module", autouse=True)
def share(module_patch: pytest.MonkeyPatch) -> None:
    """Every labelled attempt comes to somebody else too."""
    module_patch.setenv("RLT_SECOND_OPINION_SHARE", "1")


@pytest.fixture(scope="module")
def module_patch() -> Iterator[pytest.MonkeyPatch]:
    """As `monkeypatch`, for a module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def attempts(operator: Operator) -> int:
    """How many attempts wait for a label."""
    # One more for each: what somebody looked at last is theirs for another minute.
    wanted = (EACH + 1) * len(LANGUAGES)
    record(operator, wanted, print)
    return wanted


def is_of_another(episode: JsonObject, name: str) -> bool:
    return episode["label"] is not None and episode["label"]["labeller"]["name"] != name


def suggest(route: Route) -> None:
    """What a run that learned enough says of an attempt."""
    figures = {
        "success": 0.93, "outcome": "success", "agrees": False, "version": 3, "attempts": 80,
        "calibration_error": 0.04,
    }  # fmt: skip
    route.fulfill(body=json.dumps(figures), content_type="application/json")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supervisor_judges_takes_back_and_gives_a_second_opinion(
    visit: Visit, operator: Operator, attempts: int, language: Language
) -> None:
    say = words_of(language)
    page = visit(f"sue-{language}", "labeller", language)
    page.route("**/suggestion", suggest)
    before = operator.call("GET", "/labels/queue")["total"]
    assert EACH < before <= attempts
    enter(page, page.get_by_role("link", name=say("nav.labels")).first)

    # Look: every camera on one clock, by frames and at another speed.
    count = page.locator(".page-head [role=status]")
    expect(count).to_have_text(say("queue.count", n=before))
    page.locator("rlt-replay canvas[data-shown]").first.wait_for()
    page.keyboard.press("]")
    expect(page.locator(".replay-speed select")).to_have_value("2")
    page.keyboard.press(".")
    number = page.locator("h1 .num")
    first = number.inner_text()

    # Judge with a reason; the next one comes by itself, and what was suggested is told only now.
    expect(page.locator("rlt-suggested")).to_have_count(0)
    page.keyboard.press("2")
    page.keyboard.press("f")
    expect(page.locator("rlt-suggested")).to_contain_text(say("suggested.differs"))
    assert violations(page) == []

    # Take it back: the attempt is here again; this time with a note.
    page.keyboard.press("u")
    expect(number).to_have_text(first)
    page.keyboard.press("n")
    expect(page.locator("input[name=note]")).to_be_focused()
    page.keyboard.type("snf: no key while typing")
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    expect(number).not_to_have_text(first)
    wanted = int(re.sub(r"\D", "", first))
    newest = next(one for one in operator.episodes() if one["number"] == wanted)
    assert newest["label"]["note"] == "snf: no key while typing"
    assert newest["outcome"] == "success"
    for _ in range(EACH - 1):
        shown = number.inner_text()
        page.keyboard.press("f")
        expect(page.locator("h1")).not_to_contain_text(shown)

    # A second opinion on what somebody else judged; nobody has on the first day.
    enter(page, page.get_by_role("link", name=say("queue.second_title")))
    page.wait_for_url("**/labels?second=1")
    if not any(is_of_another(one, f"sue-{language}") for one in operator.episodes()):
        expect(page.locator("main")).to_contain_text(say("queue.second_empty"))
    else:
        page.locator("rlt-replay canvas[data-shown]").first.wait_for()
        page.keyboard.press("d")
        page.reload()
        expect(page.locator("rlt-agreement")).to_contain_text(say("agreement.disputes", n=1))
    assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_reads_prints_starts_and_compares(
    visit: Visit, attempts: int, language: Language
) -> None:
    say = words_of(language)
    assert attempts > 0
    page = visit(f"max-{language}", "manager", language)

    # The report: its answer, a narrower question, the same on paper.
    enter(page, page.get_by_role("link", name=say("nav.reports")))
    expect(page.locator(".answer")).to_contain_text(say("report.everything"))
    period = page.locator("select[name=hours]")
    tab_to(page, period)
    page.keyboard.press("Home")
    expect(page.locator("main")).to_contain_text(say("report.last_hours", n=1))
    page.wait_for_url("**hours=1*")
    enter(page, page.get_by_role("link", name=say("report.print")))
    expect(page.locator("article.paper svg").first).to_be_visible()

    # A run of one's own, paused and gone on with.
    enter(page, page.get_by_role("link", name=say("nav.runs")))
    enter(page, page.get_by_role("button", name=say("runs.new")))
    tab_to(page, page.get_by_label(say("new_run.name"), exact=True))
    page.keyboard.type(f"Night shift {language}")
    enter(page, page.get_by_role("button", name=say("new_run.do")))
    page.wait_for_url("**/runs/*")
    expect(page.locator("h1")).to_contain_text(f"Night shift {language}")
    enter(page, page.get_by_role("button", name=say("run.pause"), exact=True))
    expect(page.locator(".page-head")).to_contain_text(say("run_state.paused"))
    enter(page, page.get_by_role("button", name=say("run.resume"), exact=True))
    expect(page.locator(".page-head")).to_contain_text(say("run_state.running"))

    # Beside the run before it: curves and the settings that differ.
    panel = page.get_by_role("region", name=say("compare.title"))
    tab_to(page, panel.get_by_role("combobox"))
    page.keyboard.press("End")
    expect(panel).to_contain_text(say("compare.by_update"))
    page.wait_for_url("**with=*")
    assert violations(page) == []


def test_a_refusal_is_said_in_the_language_of_the_page(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=stack.url, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("input[name=name]").wait_for()
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("knows this password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("名称或密码错误。")
    context.close()
