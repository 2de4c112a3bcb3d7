"""Whether a run's actor may drive, or rests because the base policy does better."""

from collections.abc import Sequence

from backend.reports.statistics import wilson
from backend.rl.config import RltConfig
from backend.rl.fall_back import Drove, FallBack


def actor_drives(config: RltConfig, history: Sequence[Drove]) -> bool:
    """Who makes the next attempt, given all judged attempts of the run in their order.

    The first ones, the warm-up, say what the base policy can do.
    """
    warm, since = history[: config.warmup_episodes], history[config.warmup_episodes :]
    interval = wilson(sum(attempt.success for attempt in warm), len(warm))
    if interval is None:
        return True
    rule = FallBack(floor=interval[0], window=config.fall_back_window, rest=config.fall_back_rest)
    return rule.actor_drives(since)
