"""What each page weighs, and how soon a person can use it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.studies.bench.figures import percentiles
from backend.studies.browser import sign_in
from backend.studies.person import JsonObject, Operator
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState

LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}

USABLE = """
const look = () => {
    const found = document.querySelector(%s);
    if (found && !found.disabled && found.checkVisibility())
        document.documentElement.dataset.usable = performance.now();
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Milliseconds since the navigation began, in the frame that shows what the page is for."""

WEIGHT = """() => performance.getEntriesByType("resource")
    .filter(({ name }) => /[.](js|css)$/.test(new URL(name).pathname))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
"""Bytes of scripts and styles as they came over the wire, compressed."""


@dataclass(frozen=True)
class Address:
    """One page: where it is, and the element without which it is of no use."""

    name: str
    path: str
    shows: str


def addresses(person: Operator) -> Iterator[Address]:
    """Every page, on the things that this console has."""
    robot = person.call("GET", "/robots")[0]["id"]
    episode = next(person.episodes())["id"]
    run = person.call("GET", "/runs")[0]["id"]
    yield Address("fleet", "/", ".card h2 a")
    yield Address("cell", f"/robots/{robot}", "rlt-do button:not([disabled])")
    yield Address("labels", "/labels", "rlt-label-bar button:not([disabled])")
    yield Address("episodes", "/episodes", "rlt-episodes tbody th a")
    yield Address("episode", f"/episodes/{episode}", "rlt-replay button:not([disabled])")
    yield Address("runs", "/runs", "rlt-runs tbody th a")
    yield Address("run", f"/runs/{run}", "rlt-run h1")
    yield Address("reports", "/reports", "rlt-report tbody th")
    yield Address("report_paper", "/reports/print", ".paper svg")
    yield Address("admin", "/admin", "rlt-admin tbody td")
    yield Address("help", "/help", "rlt-key-editor button:not([disabled])")
    yield Address("error", "/nowhere", ".empty a.button")
    yield Address("sign_in", "/sign-in", "rlt-sign-in button:not([disabled])")


def measure(
    browser: "Browser", stack: Stack, person: Operator, loads: int, progress: Callable[[str], None]
) -> list[JsonObject]:
    """Each page `loads` times in each language, every time in a browser that knows nothing yet."""
    visitor = Visitor(browser, stack)
    rows = []
    for address in addresses(person):
        visits = {code: [visitor.visit(address, code) for _ in range(loads)] for code in LANGUAGES}
        rows.append(summary(address, visits))
        progress(str(rows[-1]))
    return rows


@dataclass(frozen=True)
class Visit:
    """One loading of a page."""

    usable_ms: float
    compressed_bytes: int


class Visitor:
    """Comes to a console again and again as if for the first time, signed in."""

    def __init__(self, browser: "Browser", stack: Stack) -> None:
        """Signs in once: more often in a minute is refused."""
        self._browser = browser
        self._url = stack.url
        context = browser.new_context(base_url=stack.url)
        sign_in(context.new_page(), stack.password)
        self._state: StorageState = context.storage_state()
        context.close()

    def visit(self, address: Address, language: str) -> Visit:
        """A context has a cache of its own, so that everything is fetched."""
        context = self._browser.new_context(
            base_url=self._url,
            locale=LANGUAGES[language],
            storage_state=None if address.name == "sign_in" else self._state,
        )
        page = context.new_page()
        page.add_init_script(USABLE % json.dumps(address.shows))
        page.goto(address.path)
        page.locator("html[data-usable]").wait_for()
        usable = float(page.evaluate("document.documentElement.dataset.usable"))
        visit = Visit(usable, page.evaluate(WEIGHT))
        context.close()
        return visit


def summary(address: Address, visits: Mapping[str, Sequence[Visit]]) -> JsonObject:
    """One row: the time over all visits, the weight in the heavier language."""
    everything = [visit for of_language in visits.values() for visit in of_language]
    return {
        "page": address.name,
        "usable_when": address.shows,
        "usable_ms": percentiles([visit.usable_ms for visit in everything]),
        "gzipped_kb": round(max(visit.compressed_bytes for visit in everything) / 1000, 1),
    }
