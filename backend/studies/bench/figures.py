"""Percentiles and the machine they were taken on."""

import os
import platform
from collections.abc import Sequence
from typing import Any

import numpy as np


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """n, p50, p95, p99 and max of a sample, rounded to a thousandth."""
    array = np.asarray(values, dtype=float)
    points = {f"p{q}": float(np.percentile(array, q)) for q in (50, 95, 99)}
    return (
        {"n": float(array.size)}
        | {k: round(v, 3) for k, v in points.items()}
        | {"max": round(float(array.max()), 3)}
    )


def machine() -> dict[str, Any]:
    """What a figure needs beside it to mean anything."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "load_average": [round(x, 2) for x in os.getloadavg()],
    }
