"""Stepping aside for others on the same machine."""

import os
from contextlib import suppress
from pathlib import Path


def be_nice(niceness: int) -> None:
    """Lower the priority of this process by `niceness` and, where it leads one, of its session.

    Linux weighs sessions against each other (autogroups), so that the nice value alone would count
    among the threads of one process only.
    """
    with suppress(PermissionError):
        os.nice(niceness)
    with suppress(OSError), Path("/proc/self/autogroup").open("w") as group:
        group.write(str(niceness))
