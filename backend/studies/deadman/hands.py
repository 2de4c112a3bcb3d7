"""A person at a real page in Chromium who holds a key, and the ways in which they can vanish."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.studies.deadman.wire import Wire
from backend.studies.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

HIDE = """() => {
    Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
SHOW = """() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
}"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way to be gone, and how the world is mended before the next try."""

    name: str
    vanish: Callable[[], object]
    mend: Callable[[], object] = lambda: None


def cases(page: "Page", wire: Wire, stack: Stack, address: str) -> list[Case]:
    """All ways that are tried."""
    seconds: list[Page] = []

    def second_tab() -> None:
        # The first tab loses the focus before the second one is there, as in a window.
        page.evaluate("() => window.dispatchEvent(new Event('blur'))")
        seconds.append(page.context.new_page())
        seconds[-1].goto(address, wait_until="commit")

    return [
        Case(
            name="blur",
            vanish=lambda: page.evaluate("() => window.dispatchEvent(new Event('blur'))"),
        ),
        Case(
            name="tab hidden", vanish=lambda: page.evaluate(HIDE), mend=lambda: page.evaluate(SHOW)
        ),
        Case(name="second tab", vanish=second_tab, mend=lambda: seconds.pop().close()),
        Case(name="socket cut", vanish=wire.cut),
        Case(name="half-open link", vanish=wire.silence, mend=wire.whole),
        Case(
            name="server frozen",
            vanish=lambda: os.kill(stack.pids()["web"], signal.SIGSTOP),
            mend=lambda: os.kill(stack.pids()["web"], signal.SIGCONT),
        ),
        Case(
            name="server killed",
            vanish=lambda: os.kill(stack.pids()["web"], signal.SIGKILL),
        ),
    ]
