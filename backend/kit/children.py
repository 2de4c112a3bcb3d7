"""What a new process does before it becomes its program."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

from backend.kit.priority import be_nice

PR_SET_PDEATHSIG = 1


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
