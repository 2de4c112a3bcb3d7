"""The real pages in Debian's Chromium, on the whole product."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

from backend.studies.person import Operator
from backend.studies.stack import Stack
from tests.fixtures.stack import started
from tests.fixtures.words import Language

Visit = Callable[[str, str, Language], Page]
"""`visit(name, role, language)`: a signed-in page of a new person."""

PATIENCE_MS = 30_000
YIELDING = """#!/bin/sh
# Playwright starts it in a session of its own, and sessions are weighed against each other.
echo 5 > /proc/self/autogroup
exec nice -n 5 {program} "$@"
"""
VIEW: ViewportSize = {"width": 1600, "height": 1000}

# What is expected may take as long as what is done: a busy machine is no failure.
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium without a window."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    assert program, (
        "The browser tests need Chromium: apt-get install chromium, then run them again."
    )
    # A person's browser runs on another machine; here it yields to what a robot waits for.
    yielding = tmp_path_factory.mktemp("chromium") / "chromium"
    yielding.write_text(YIELDING.format(program=program))
    yielding.chmod(0o755)
    with sync_playwright() as playwright:
        # No sandbox of its own: test machines run as root, and only our own pages are opened.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=yielding, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def arguments() -> list[str]:
    """More arguments of `rlt up`; a module may say its own."""
    return []


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, arguments: list[str]) -> Iterator[Stack]:
    """`rlt up` of its own for each module."""
    yield from started(Stack(tmp_path_factory.mktemp("browser") / "data", *arguments))


@pytest.fixture(scope="module")
def operator(stack: Stack) -> Iterator[Operator]:
    """The administrator, through the API."""
    with stack.operator() as person:
        yield person


@pytest.fixture(scope="module")
def signed_in(browser: Browser, stack: Stack) -> StorageState:
    """Cookies of the administrator; five sign-ins a minute are all that one account has."""
    context = browser.new_context(base_url=stack.url, viewport=VIEW, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def visit(browser: Browser, stack: Stack, operator: Operator) -> Iterator[Visit]:
    """Pages of people with a role, in a language, who sign in without touching a mouse."""
    contexts: list[BrowserContext] = []

    def come(name: str, role: str, language: Language) -> Page:
        password = f"{name} knocks thrice"
        person = {"name": name, "display_name": name.title(), "role": role, "password": password}
        operator.call("POST", "/users", person | {"language": language})
        locale = {"en": "en-GB", "zh": "zh-CN"}[language]
        context = browser.new_context(base_url=stack.url, viewport=VIEW, locale=locale)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto("/")
        page.locator("input[name=name]").wait_for()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    yield come
    for context in contexts:
        context.close()


@pytest.fixture
def page(browser: Browser, stack: Stack, signed_in: StorageState, tmp_path: Path) -> Iterator[Page]:
    """A signed-in page; what its console said is shown when a test fails."""
    context = browser.new_context(
        base_url=stack.url, viewport=VIEW, locale="en-GB", storage_state=signed_in
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto("/")
    yield page
    picture = tmp_path / "last.png"
    page.screenshot(path=picture)
    print(f"{page.url}, pictured in {picture}; the page's console: {problems}")
    context.close()
    assert [line for line in problems if line.startswith("error: ")] == []
