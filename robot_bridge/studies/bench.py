"""How fast the simulated cells are on this machine, and whether that is fast enough.

    python -m robot_bridge.studies.bench [--json FILE] [TASK …]

Also `rlt bench sim`. Every task is measured in a process of its own, one after another. Speeds are
per second of the processor, so that neighbours do not count; `…_by_the_clock` says what the clock
saw.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mujoco

from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies import cell_bench
from robot_bridge.studies.cell_bench import Effort

Figures = dict[str, Any]
LIMITS = {
    "cold_start_s": ("at most", 3.0),
    "without_pictures": ("at least", 20.0),
    "with_pictures": ("at least", 12.0),
    "real_time_share_of_a_core": ("at most", 0.40),
}
"""What every task must keep; speeds are multiples of real time."""


def measure(task: str, effort: Effort) -> Figures:
    """The figures of one task."""
    command = [sys.executable, "-m", cell_bench.__name__, task, *effort.arguments()]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        ready, *busy = child.stdout.readline().split() or [""]
        cold = round(time.perf_counter() - began, 2)
        rest = child.stdout.read()
    if child.returncode != 0 or ready != cell_bench.READY:
        raise RuntimeError(f"the cell of {task} ended with status {child.returncode}")
    figures: Figures = json.loads(rest)
    return {
        "task": task,
        "cold_start_s": float(*busy),
        "cold_start_by_the_clock_s": cold,
        **figures,
    }


def misses(figures: Figures) -> list[str]:
    """Which limits a task does not keep, one sentence each."""
    found = []
    for name, (sense, limit) in LIMITS.items():
        value = figures[name]
        value = value["real_time_factor"] if isinstance(value, dict) else value
        if (value > limit) if sense == "at most" else (value < limit):
            found.append(f"{figures['task']}: {name} is {value}, must be {sense} {limit}")
    return found


def machine() -> Figures:
    """What the figures were taken on."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "mujoco": mujoco.__version__,
        "load_average": [round(value, 2) for value in os.getloadavg()],
    }


def lines(report: Figures) -> list[str]:
    """The report as a person reads it."""
    head = ("task", "start s", "steps/s", "x real", "x with pictures", "core share", "MiB")
    rows: list[tuple[str, ...]] = [head]
    for row in report["tasks"]:
        free, seen = row["without_pictures"], row["with_pictures"]
        speeds = (free["control_steps_per_s"], free["real_time_factor"], seen["real_time_factor"])
        rest = (row["real_time_share_of_a_core"], row["resident_mb"])
        rows.append(tuple(str(v) for v in (row["task"], row["cold_start_s"], *speeds, *rest)))
    wide = [max(len(row[column]) for row in rows) for column in range(len(head))]
    table = ["  ".join(v.ljust(w) for v, w in zip(row, wide, strict=True)) for row in rows]
    kept = report["misses"] or ["every limit is kept"]
    return [*table, f"renderer: {report['tasks'][0]['renderer']}", *kept]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="rlt bench sim", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="default: every task")
    cell_bench.add_effort(parser)
    parser.add_argument("--json", type=Path, help="write the report here")
    given = parser.parse_args(argv)
    wished = given.tasks or sorted(TASKS)
    if unknown := sorted(set(wished) - set(TASKS)):
        parser.error(f"unknown task {unknown[0]!r}; choose from: {', '.join(sorted(TASKS))}")
    effort = Effort(given.episodes, given.repeats, given.seconds)
    rows = [measure(task, effort) for task in wished]
    report = {
        "tasks": rows,
        "limits": {name: " ".join(map(str, limit)) for name, limit in LIMITS.items()},
        "misses": [miss for row in rows for miss in misses(row)],
        "machine": machine(),
    }
    if given.json is not None:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(report, indent=1) + "\n")
    sys.stdout.write("\n".join(lines(report)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
