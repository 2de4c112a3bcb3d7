"""How a process of the bridge ranks among others on its machine."""

import contextlib
import os
from pathlib import Path

NICENESS = -5


def ask_for_priority() -> None:
    """Lower this process's nice value; the loop works without it too, so a refusal is no error."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    # Linux weighs sessions against each other, and bridge and cameras lead sessions of their own.
    with contextlib.suppress(OSError), Path("/proc/self/autogroup").open("w") as group:
        group.write(str(NICENESS))


def keep_own_niceness() -> None:
    """Let this process's session weigh what its nice value says.

    A new session weighs as much as any other, however nice the process was started.
    """
    with contextlib.suppress(OSError), Path("/proc/self/autogroup").open("w") as group:
        group.write(str(os.nice(0)))
