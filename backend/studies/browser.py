"""A real Chromium at a console, for studies that look at pages as a person does."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backend.errors import ConfigError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The program; ConfigError with what to install."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise ConfigError("This needs Chromium: apt-get install chromium, then run it again.")
    return found


@contextmanager
def launched(*arguments: str) -> Iterator["Browser"]:
    """Chromium without a window; ConfigError where it or Playwright is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ConfigError("This needs Playwright: pip install playwright, or make test.") from error
    program = chromium()
    # No sandbox of its own: only our own pages are opened, and test machines run as root.
    usual = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*usual, *arguments])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: "Page", password: str, *, then: str = "/") -> None:
    """As the administrator, and on to the page `then`."""
    page.goto(f"/sign-in?next={then}")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
