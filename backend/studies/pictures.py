"""Pictures of every page of a running console, for the guide."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from backend.studies.browser import launched
from backend.studies.person import Operator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTLE_MS = 2500
PATIENCE_MS = 60_000
AT_WORK_MS = 20_000
QUALITY = 72


@dataclass(frozen=True, kw_only=True)
class Look:
    """One way to look at the pages."""

    name: str
    width: int
    height: int
    theme: Literal["light", "dark"] = "light"
    language: str = "en"


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
    with Operator(url) as person:
        person.sign_in(name, password)
        addresses = dict(_addresses(person))
    out.mkdir(parents=True, exist_ok=True)
    files = []
    with launched() as browser:
        for look in LOOKS:
            door = out / f"sign-in-{look.name}.jpg"
            page = _enter(browser, url, name, password, look, door)
            files.append(door)
            for title, address in addresses.items():
                files.append(_picture(page, address, out / f"{title}-{look.name}.jpg"))
                progress(str(files[-1]))
            page.context.close()
    return files


def _addresses(person: Operator) -> Iterator[tuple[str, str]]:
    """Every page, with the newest things where a page is about one thing."""
    yield "fleet", "/"
    yield "wall", "/?kiosk=1"
    robots = person.call("GET", "/robots")
    # One that practises says more than one at rest.
    for robot in sorted(robots, key=lambda found: found["waiting_for"] != "")[:1]:
        yield "cell", f"/robots/{robot['id']}"
    yield "labels", "/labels"
    yield "second", "/labels?second=1"
    yield "episodes", "/episodes"
    successes = person.call("GET", "/episodes", outcome="success", limit=1)["items"]
    newest = next(iter(successes), None) or next(person.episodes(), None)
    if newest:
        yield "episode", f"/episodes/{newest['id']}"
    yield from _runs(person)
    yield "admin", "/admin"
    yield "help", "/help"


def _runs(person: Operator) -> Iterator[tuple[str, str]]:
    """The pages about runs and what came of them; the busiest run stands for all."""
    yield "runs", "/runs"
    yield "new-run", "/runs?new=1"
    runs = person.call("GET", "/runs")
    busiest = max(runs, key=lambda run: run["episodes"], default=None)
    if busiest is None:
        return
    yield "run", f"/runs/{busiest['id']}"
    others = [run for run in runs if run["id"] != busiest["id"] and run["episodes"]]
    if others:
        yield "compare", f"/runs/{busiest['id']}?with={others[0]['id']}"
    # While the busiest run practised, so that the report is about something.
    newest = person.call("GET", "/episodes", run=busiest["id"], limit=1)["items"]
    until = newest[0]["ended_at"] if newest else busiest["created_at"]
    period = f"from={quote(busiest['created_at'])}&to={quote(until)}"
    yield "reports", f"/reports?{period}"
    yield "paper", f"/reports/print?{period}"


def _enter(
    browser: "Browser", url: str, name: str, password: str, look: Look, door: Path
) -> "Page":
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
    page.locator("input[name=name]").wait_for()
    page.screenshot(path=door, type="jpeg", quality=QUALITY)
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
    page.locator("h1, .task-numbers, .wall").first.wait_for()
    page.locator(".loading").first.wait_for(state="hidden")
    page.wait_for_timeout(SETTLE_MS)
    if "/robots/" in address:
        _at_work(page)
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    return path


def _at_work(page: "Page") -> None:
    """Wait until the actor drives and the picture is fresh; a cell at rest is pictured as it is."""
    from playwright.sync_api import Error

    with suppress(Error):
        working = ".cockpit:has(.phase-rl):not(:has(rlt-camera.focus .stale))"
        page.locator(working).wait_for(timeout=AT_WORK_MS)
