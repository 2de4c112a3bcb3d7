"""How old a picture is when it is drawn, for one and four cameras, alone and in company."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import psutil

from backend.errors import Unavailable
from backend.studies.bench.figures import percentiles
from backend.studies.bench.viewer import Stalled, Viewer
from backend.studies.person import JsonObject, Operator, Sight
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

SETTLE_MS = 3000
FOCUS = (640, 480, 25)
THUMB = (320, 240, 10)
"""What the cell page asks for: one large camera, the others small."""

WATCH = """
window.ages = [];
const drawn = new WeakMap();
const look = () => {
    for (const tile of document.querySelectorAll("rlt-camera")) {
        if (tile.sequence < 0 || drawn.get(tile) === tile.sequence) continue;
        drawn.set(tile, tile.sequence);
        window.ages.push(Date.now() - tile.capturedAt);
    }
    requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""A picture counts in the frame that brings it to the screen. The robot stamped it when it read
the world, before the picture was computed; page and robot share the machine, and so its clock."""

PLACE = """(sights) => {
    const tiles = sights.map(({ robot, camera, width }) => {
        const tile = document.createElement("rlt-camera");
        return Object.assign(tile, { robot, camera, size: width > 320 ? "focus" : "thumb" });
    });
    document.querySelector("main").replaceChildren(...tiles);
}"""
BLANK = """() => [...document.querySelectorAll("rlt-camera canvas")].filter((canvas) => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(pixels).size < 8;
}).length"""


@dataclass(frozen=True)
class Audience:
    """Who watches: `viewers` includes the page that measures, and the stalled ones."""

    cameras: int
    viewers: int
    stalled: int = 0


AUDIENCES = tuple(
    Audience(cameras, *company) for cameras in (1, 4) for company in ((1, 0), (10, 0), (10, 1))
)


def sights(robots: Sequence[JsonObject], cameras: int) -> list[Sight]:
    """The first cameras of these robots in turn: the first large, the others small."""
    known = [(robot["id"], one["name"]) for robot in robots for one in robot["spec"]["cameras"]]
    if len(known) < cameras:
        raise Unavailable(f"The robots have {len(known)} cameras together, {cameras} are needed.")
    sizes = [FOCUS, *[THUMB] * (cameras - 1)]
    return [Sight(*one, *size) for one, size in zip(known, sizes, strict=False)]


@contextmanager
def company(
    person: Operator, wanted: Sequence[Sight], full: int, stalled: int
) -> Iterator[list[Viewer]]:
    """Viewers without a page beside whatever is measured; yields those that take everything."""
    with ExitStack() as all_of_them:
        for _ in range(stalled):
            all_of_them.enter_context(Stalled(person, wanted))
        yield [all_of_them.enter_context(Viewer(person, wanted)) for _ in range(full)]


def measure(
    page: "Page",
    person: Operator,
    stack: Stack,
    robots: Sequence[JsonObject],
    seconds: float,
    progress: Callable[[str], None],
) -> list[JsonObject]:
    """One row for each audience; the page is at the wall of cells, which has camera tiles."""
    rows = []
    for audience in AUDIENCES:
        wanted = sights(robots, audience.cameras)
        page.goto("/")
        page.locator("rlt-camera canvas").first.wait_for()
        page.evaluate(PLACE, [asdict(sight) for sight in wanted])
        others = audience.viewers - audience.stalled - 1
        with company(person, wanted, others, audience.stalled) as viewers:
            found = _watch(page, stack, audience.cameras, seconds)
            found["viewers_dropped"] = sum(viewer.dropped for viewer in viewers)
        rows.append(asdict(audience) | found)
        progress(str(rows[-1]))
    return rows


def _watch(page: "Page", stack: Stack, cameras: int, seconds: float) -> JsonObject:
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate("window.ages = []")
    before = _busy(stack)
    page.wait_for_timeout(1000 * seconds)
    ages = page.evaluate("window.ages")
    after = _busy(stack)
    if not ages or page.evaluate(BLANK):
        raise Unavailable("A camera showed nothing; is the robot connected?")
    spent = {name: after[name] - before[name] for name in before if name in after}
    return {
        "age_ms": percentiles(ages),
        "drawn_per_camera_and_second": round(len(ages) / cameras / seconds, 1),
        "web_core_percent": round(100 * spent["web"] / seconds, 1),
        "bridges_core_percent": round(100 * spent["bridge"] / seconds, 1),
    }


def _busy(stack: Stack) -> dict[str, float]:
    """Seconds of the processor that the console and all bridges with their cameras have had."""
    return {part: sum(map(_seconds, stack.processes(part))) for part in ("web", "bridge")}


def _seconds(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(sum(member.cpu_times()[:2]) for member in family)
