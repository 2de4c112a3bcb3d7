"""A bridge asks to run before others on its machine, where that is allowed."""

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
