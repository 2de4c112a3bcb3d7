"""From the label key to the next attempt on the screen, in a real page."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import Unavailable
from backend.studies.bench.attempts import record
from backend.studies.bench.figures import machine, percentiles
from backend.studies.browser import launched, sign_in
from backend.studies.person import JsonObject
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE_S = 30.0
KEYS = ("s", "f", "s", "d")
POLL_MS = 50

WATCH = """
window.labelTimes = [];
let since = 0, left = "";
const shown = () => {
    const replay = document.querySelector("rlt-replay");
    const id = replay?.episode?.id ?? "";
    const canvases = [...(replay?.querySelectorAll("canvas") ?? [])];
    const painted = canvases.length > 0 && canvases.every((one) => one.dataset.shown === id);
    return painted ? id : "";
};
addEventListener("keydown", (event) => {
    if (!["KeyS", "KeyF", "KeyD"].includes(event.code)) return;
    since = performance.now();
    left = document.querySelector("rlt-replay")?.episode?.id ?? "";
}, { capture: true });
const look = () => {
    if (since && shown() && shown() !== left) {
        window.labelTimes.push(performance.now() - since);
        since = 0;
    }
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Both moments are taken in the page: the key going down, and the frame in which every camera of
the next attempt is painted."""


def run(data: Path, *, labels: int, progress: Callable[[str], None]) -> JsonObject:
    """Record `labels` + 1 short attempts, then judge them one after the other by keyboard."""
    with (
        launched() as browser,
        Stack(data, "--robots", "1", "--speed", "max") as stack,
        stack.operator() as person,
    ):
        record(person, labels + 1, progress)
        page = browser.new_page(base_url=stack.url)
        page.add_init_script(WATCH)
        sign_in(page, stack.password, then="/labels")
        times = _label(page, labels, progress)
        judged = sum(one["outcome"] is not None for one in person.episodes())
    return {"key_to_next_ms": percentiles(times), "judged": judged, "machine": machine()}


def _label(page: "Page", labels: int, progress: Callable[[str], None]) -> list[float]:
    page.locator("rlt-replay canvas[data-shown]").first.wait_for()
    times: list[float] = []
    for index in range(labels):
        page.keyboard.press(KEYS[index % len(KEYS)])
        waited = 0.0
        while len(times) <= index:
            page.wait_for_timeout(POLL_MS)
            waited += POLL_MS / 1000
            if waited > PATIENCE_S:
                raise Unavailable(f"The page did not go on after label {index + 1}.")
            times = page.evaluate("window.labelTimes")
        progress(f"label {index + 1}/{labels}: {times[-1]:.0f} ms")
    return times
