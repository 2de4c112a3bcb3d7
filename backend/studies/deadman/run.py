"""Takes the person at the page away, again and again, and reads when the robot last moved."""

from collections.abc import Callable
from pathlib import Path

from backend.errors import Unavailable
from backend.studies.bench.figures import machine, percentiles
from backend.studies.browser import launched, sign_in
from backend.studies.deadman.hands import Case, cases
from backend.studies.deadman.trial import TRIES, NotMovingError, Trial
from backend.studies.deadman.wire import Wire
from backend.studies.person import JsonObject
from backend.studies.stack import Stack

LIMIT_MS = 200.0


def run(data: Path, *, times: int, only: str | None, progress: Callable[[str], None]) -> JsonObject:
    """Milliseconds from vanishing to the last motion, every case (or `only` one) `times` times.

    Raises Unavailable for an unknown name, and when the robot never follows the keys.
    """
    stack = Stack(data, "--robots", "1")
    wire = Wire(stack.port)
    rule = f"--host-resolver-rules=MAP localhost:{stack.port} 127.0.0.1:{wire.port}"
    with launched(rule) as browser, stack, stack.operator() as person, wire:
        context = browser.new_context(base_url=f"http://localhost:{stack.port}")
        page = context.new_page()
        sign_in(page, stack.password)
        trial = Trial(page, person, stack)
        known = _chosen(cases(page, wire, stack, trial.address), only)
        rows = [_case(case, trial, times, progress) for case in known]
    return {"rows": rows, "limit_ms": LIMIT_MS, "machine": machine()}


def _chosen(known: list[Case], only: str | None) -> list[Case]:
    if only is None:
        return known
    chosen = [case for case in known if case.name == only]
    if not chosen:
        names = ", ".join(case.name for case in known)
        raise Unavailable(f"There is no case {only!r}; the cases are {names}.")
    return chosen


def _case(case: Case, trial: Trial, times: int, progress: Callable[[str], None]) -> JsonObject:
    delays: list[float] = []
    said: set[str] = set()
    idle = 0
    while len(delays) < times:
        try:
            delay, what = trial.once(case)
        except NotMovingError:
            idle += 1
            progress(f"{case.name}: the robot was at rest already or its attempt over, not counted")
            if idle > TRIES + times:
                raise Unavailable(f"{case.name}: the robot does not follow the keys.") from None
            continue
        delays.append(delay)
        said.add(what)
        progress(f"{case.name} {len(delays)}/{times}: {delay:.0f} ms, {what}")
    return {
        "case": case.name,
        "last_motion_ms": percentiles(delays),
        "within_limit": sum(delay <= LIMIT_MS for delay in delays),
        "written_down_as": sorted(said),
        "tries_without_motion": idle,
    }
