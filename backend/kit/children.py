"""Starting other programs: what a new process does first, and how its words come back."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable

from backend.kit.priority import be_nice

PR_SET_PDEATHSIG = 1
LONGEST_LINE = 1 << 20


def prepared(parent: int, niceness: int, orphan_signal: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: steps aside by `niceness`, and does not outlive its parent.

    Args:
        parent: process id of whoever starts it.
        niceness: below 0 only works for privileged users; others run it at 0.
        orphan_signal: what the kernel sends it should the parent end first.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)
        be_nice(niceness)

    return prepare


async def own_pipe() -> tuple[asyncio.StreamReader, int]:
    """A pipe that asyncio does not count to a process: its end is seen while its output stays open.

    Returns:
        The reader, and the end to be given to the process and closed here.
    """
    readable, writable = os.pipe()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(readable, "rb")
    )
    return reader, writable
