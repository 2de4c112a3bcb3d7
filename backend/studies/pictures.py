"""Pictures of every page of a running console, for the guide."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from backend.errors import ConfigError
from backend.studies.browser import chromium
from backend.studies.person import Operator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTLE_MS = 2500
PATIENCE_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """One way to look at the pages."""

    name: str
    width: int
    height: int
    theme: Literal["light", "dark"] = "light"
    language: str = "en"
    pages: tuple[str, ...] = ()
    """Only these; empty: all."""


LOOKS = (
    Look(name="desktop", width=1600, height=1000),
    Look(name="dark", width=1600, height=1000, theme="dark"),
    Look(name="chinese", width=1600, height=1000, language="zh"),
    Look(name="tablet", width=1024, height=768),
)


def take(
    url: str, name: str, password: str, out: Path, progress: Callable[[str], None]
) -> list[Path]:
    """One picture of each page for each look; returns the files."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise ConfigError("This needs Playwright: pip install playwright, or make test.") from error
    with Operator(url) as person:
        person.sign_in(name, password)
        addresses = dict(_addresses(person))
    out.mkdir(parents=True, exist_ok=True)
    files = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        for look in LOOKS:
            page = _enter(browser, url, name, password, look)
            for title, address in addresses.items():
                if look.pages and title not in look.pages:
                    continue
                files.append(_picture(page, address, out / f"{title}-{look.name}.jpg"))
                progress(str(files[-1]))
            page.context.close()
        browser.close()
    return files


def _addresses(person: Operator) -> Iterator[tuple[str, str]]:
    """Every page, with the newest things where a page is about one thing."""
    yield "fleet", "/"
    robots = person.call("GET", "/robots")
    if robots:
        yield "cell", f"/robots/{robots[0]['id']}"
    yield "labels", "/labels"
    yield "episodes", "/episodes"
    newest = next(person.episodes(), None)
    if newest:
        yield "episode", f"/episodes/{newest['id']}"
    yield "runs", "/runs"
    runs = person.call("GET", "/runs")
    if runs:
        busiest = max(runs, key=lambda run: run["episodes"])
        yield "run", f"/runs/{busiest['id']}"
    yield "reports", "/reports?hours=1"
    yield "paper", "/reports/print"
    yield "admin", "/admin"
    yield "help", "/help"


def _enter(browser: "Browser", url: str, name: str, password: str, look: Look) -> "Page":
    context = browser.new_context(
        base_url=url,
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.theme,
        locale="zh-CN" if look.language == "zh" else "en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "rlt_theme", "value": look.theme, "url": url}])
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/")
    if page.locator("html").get_attribute("lang") != look.language:
        page.locator(f".languages [data-language={look.language}]").click()
        page.locator(f"html[lang={look.language}]").wait_for()
    return page


def _picture(page: "Page", address: str, path: Path) -> Path:
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=path, type="jpeg", quality=70)
    return path
