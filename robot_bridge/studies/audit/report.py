"""What an audit found, in numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit.charges import Audited
from robot_bridge.studies.audit.search import Findings
from robot_bridge.studies.play import Episode

Figures = dict[str, Any]


def tally(episodes: Iterable[Episode]) -> Figures:
    """Successes and endings of a script."""
    played = list(episodes)
    endings = Counter(e.ending.value if e.ending else "given up" for e in played)
    good = [e.steps for e in played if e.succeeded]
    return {
        "episodes": len(played),
        "successes": len(good),
        "median_steps": float(np.median(good)) if good else None,
        "endings": dict(sorted(endings.items())),
    }


def of_careless(endings: Counter[str]) -> Figures:
    """The same of a careless policy, of which only the endings are known."""
    return {
        "episodes": endings.total(),
        "successes": endings[Ending.SUCCESS.value],
        "endings": dict(sorted(endings.items())),
    }


def of_search(findings: Findings, audited: Sequence[Audited]) -> Figures:
    """One search and what became of its successes."""
    steps = [success.episode.steps for success in findings.successes]
    return {
        "search": findings.name,
        "control_steps": findings.steps,
        "episodes": findings.episodes,
        "restarts": findings.restarts,
        "successes": len(findings.successes),
        "replayed": len(audited),
        "replayed_differently": sum(not one.same for one in audited),
        "false_successes": sum(one.is_false for one in audited),
        "deepest_overlap_mm": round(1000 * max((one.deepest for one in audited), default=0.0), 3),
        "peak_force_n": round(max((one.peak_force for one in audited), default=0.0), 1),
        "shortest_steps": min(steps, default=None),
    }


def limit(robot: MujocoRobot, episodes: Sequence[Episode]) -> Figures:
    """The best plan from fresh starts: how fast the physics lets anybody be."""
    seconds = 1.0 / robot.spec.control_hz
    figures = tally(episodes)
    steps = [e.steps for e in episodes if e.succeeded]
    figures["shortest_steps"] = min(steps, default=None)
    if steps:
        figures["median_seconds"] = round(figures["median_steps"] * seconds, 2)
    return figures


def lines(figures: Figures) -> list[str]:
    """The figures as a person reads them."""
    rows = [f"{figures['task']}, {figures['regime']}, seed {figures['seed']}"]
    rows.extend(
        f"  {row['search']}: {row['control_steps']} control steps, {row['episodes']} episodes, "
        f"{row['successes']} successes, {row['false_successes']} false, "
        f"shortest {row['shortest_steps']}"
        for row in figures["searches"]
    )
    best = figures["physical_limit"]
    rows.append(
        f"  best plan, fresh starts: {best['successes']} of {best['episodes']}, "
        f"median {best['median_steps']} steps, shortest {best['shortest_steps']}"
    )
    for kind in ("cheats", "careless"):
        for name, row in figures[kind].items():
            rows.append(f"  {name}: {row['successes']} of {row['episodes']}")
    person = figures["demonstrator"]
    share = f"{person['successes']} of {person['episodes']}"
    rows.append(f"  demonstrator: {share}, median {person['median_steps']} steps")
    rows.extend(f"  FALSE: {told}" for told in figures["objections"])
    return rows
