"""Many reports as one table: by task, regime and control, over all seeds. Pure."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from backend.reports.statistics import wilson

Report = dict[str, Any]
SHOWN = (
    "episodes", "success_rate", "success_interval", "median_steps", "active_throughput_per_10min",
    "active_throughput_interval", "peak_force_median", "interventions",
)  # fmt: skip


def summary(reports: Sequence[Report]) -> dict[str, Any]:
    """One cell of the table: the same training with several seeds."""
    policies: dict[str, list[Report]] = {}
    for report in reports:
        for name, one in (report["final"] or {"policies": {}})["policies"].items():
            policies.setdefault(name, []).append(one)
    return {
        "seeds": [report["seed"] for report in reports],
        "robot_minutes": [report["active_robot_minutes"] for report in reports],
        "seconds": [report["seconds"] for report in reports],
        "passes_base_after_minutes": [passes(report, "base x1") for report in reports],
        "passes_reference_after_minutes": [passes(report, "base") for report in reports],
        "policies": {name: pooled(many) for name, many in policies.items()},
        "alarms": [
            line for report in reports for line in (report["final"] or {}).get("alarms", [])
        ],
    }


def pooled(figures: Sequence[Report]) -> dict[str, Any]:
    """One policy over all seeds: successes are added, medians and rates are means over seeds."""
    episodes = sum(one["episodes"] for one in figures)
    successes = sum(round(one["episodes"] * one["success_rate"]) for one in figures)
    steps = [one["median_steps"] for one in figures if one["median_steps"] is not None]
    interval = wilson(successes, episodes)
    return {
        "episodes": episodes,
        "success_rate": round(successes / episodes, 4),
        "success_interval": [round(bound, 4) for bound in interval] if interval else None,
        "median_steps": round(mean(steps), 1) if steps else None,
        "active_throughput_per_10min": round(
            mean(one["active_throughput_per_10min"] for one in figures), 1
        ),
        "false_successes": sum(one["audit"]["false"] for one in figures),
        "by_seed": [{name: one[name] for name in SHOWN} for one in figures],
    }


def passes(report: Report, name: str) -> float | None:
    """Robot minutes after which watched throughput stays above the best policy named like this."""
    policies = (report["final"] or {"policies": {}})["policies"]
    levels = [
        one["active_throughput_per_10min"]
        for policy, one in policies.items()
        if policy.startswith(name)
    ]
    if not levels:
        return None
    since: float | None = None
    for watched in report["watched"]:
        above = watched["active_throughput_per_10min"] > max(levels)
        since = (watched["active_minutes"] if since is None else since) if above else None
    return since


def lines(table: Mapping[str, dict[str, Any]]) -> str:
    """The table as text."""
    rows = [f"{'training':34} {'policy':22} {'n':>4}  success  steps  per 10 min"]
    for name, cell in table.items():
        for policy, one in cell["policies"].items():
            steps = "-" if one["median_steps"] is None else f"{one['median_steps']:.0f}"
            rows.append(
                f"{name:34} {policy:22} {one['episodes']:>4}  {one['success_rate']:>7.2f} "
                f"{steps:>6}  {one['active_throughput_per_10min']:>10.0f}"
            )
    return "\n".join(rows)
