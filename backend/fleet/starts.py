"""The arguments of START_EPISODE, filled in from the robot's run."""

from collections.abc import Callable
from typing import Any

from backend.errors import BadRequest, Conflict
from backend.models import Run

DEFAULT_DELAY = 3
DEFAULT_CHUNK = 10
REGIMES = ("critical", "full")
ALLOWED = {"regime", "seed", "episode_id", "explore", "hand_off_at_start"}


def start_args(
    run: Run | None, task_id: str | None, asked: dict[str, Any], draw: Callable[[], int]
) -> dict[str, Any]:
    """Arguments for the bridge. `draw` gives a seed when none was asked for.

    In the critical regime the episode begins where the precise part begins, so the hand-off is at
    its first step. Training runs explore; without a run, or in an evaluation, the actor's mean
    plays.
    """
    unknown = sorted(set(asked) - ALLOWED)
    if unknown:
        raise BadRequest(f"start_episode does not take {', '.join(unknown)}.")
    if run is not None and run.state != "running":
        raise Conflict(
            f"Run {run.number} is {run.state}: resume it, or give the robot another run."
        )
    if run is not None and run.task_id != task_id:
        raise Conflict(f"Run {run.number} is for {run.task_id}, the robot does {task_id} now.")
    regime = asked.get("regime") or (run.regime if run else "critical")
    if regime not in REGIMES:
        raise BadRequest(f"regime must be critical or full, not {regime}.")
    config = run.config if run else {}
    return {
        "regime": regime,
        "run_id": str(run.id) if run else None,
        "episode_id": asked.get("episode_id"),
        "seed": asked["seed"] if asked.get("seed") is not None else draw(),
        "explore": bool(asked.get("explore", run is not None and run.kind == "training")),
        "hand_off_at_start": bool(asked.get("hand_off_at_start", regime == "critical")),
        "delay": int(config.get("delay", DEFAULT_DELAY)),
        "chunk": int(config.get("execute", DEFAULT_CHUNK)),
    }
