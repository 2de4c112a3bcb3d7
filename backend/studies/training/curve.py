"""A learning curve against robot minutes, as SVG."""

from typing import Any

from backend.studies.plots import Line, Plot, svg

WINDOW = 20
"""Attempts that a running mean looks back."""


def draw(report: dict[str, Any]) -> str:
    """Success and throughput of practice, and of the evaluations on watched starts."""
    rows, watched = report["episodes"], report["watched"]
    minutes: list[float] = []
    passed = 0.0
    for row in rows:
        passed += row["precise_steps"] / 50 / 60
        minutes.append(passed)
    success, throughput = [], []
    for number in range(len(rows)):
        recent = rows[max(0, number + 1 - WINDOW) : number + 1]
        good = sum(row["success"] for row in recent)
        success.append(good / len(recent))
        throughput.append(600 * good / max(sum(row["steps"] for row in recent) / 50, 1e-9))
    at = [one["active_minutes"] for one in watched]
    title = f"{report['task']}, {report['regime']}, seed {report['seed']}"
    return svg(
        [
            Plot(
                title=title,
                across="robot minutes",
                up="success",
                lines=[
                    Line("practice, last 20", minutes, success, faint=True),
                    Line("watched starts", at, [one["success_rate"] for one in watched]),
                ],
                top=1.0,
                levels=_levels(report, "success_rate"),
            ),
            Plot(
                title=title,
                across="robot minutes",
                up="successes per 10 min",
                lines=[
                    Line("practice, last 20", minutes, throughput, faint=True),
                    Line("watched starts", at, [_rate(one) for one in watched]),
                ],
                levels=_levels(report, "active_throughput_per_10min"),
            ),
        ]
    )


def _rate(figures: dict[str, Any]) -> float:
    return float(figures["active_throughput_per_10min"])


def _levels(report: dict[str, Any], name: str) -> dict[str, float]:
    """What the others reach on the fresh starts, as horizontal lines."""
    policies = (report["final"] or {"policies": {}})["policies"]
    return {
        who: float(one[name])
        for who, one in policies.items()
        if who not in {"best", "last"} and one[name] is not None
    }
