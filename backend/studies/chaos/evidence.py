"""What the robot itself wrote down about its stops (`safety.log`)."""

import json
from pathlib import Path
from typing import Any


def read_safety_log(path: Path) -> list[dict[str, Any]]:
    """All complete lines; a torn last line, from a killed writer, is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines if line]


def stop_latency_ms(log: list[dict[str, Any]], killed_ns: int) -> float | None:
    """Milliseconds from the kill (monotonic ns) to the robot's first safe state after it, or None.

    Both processes are on one machine, so that their monotonic clocks are one clock.
    """
    for line in log:
        if line["what"] == "safe_state" and line["monotonic_ns"] >= killed_ns:
            return float(line["monotonic_ns"] - killed_ns) / 1e6
    return None


def armed_between(log: list[dict[str, Any]], start_ns: int, end_ns: int) -> bool:
    """Whether the robot was armed at any moment inside the window (it must not arm itself)."""
    return any(
        line["what"] == "armed" and start_ns <= line["monotonic_ns"] <= end_ns for line in log
    )
