"""When to hand off: learned from switches, decided with hysteresis, held against switches. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from backend.rl.suggestions.classifier import Classifier, Example, learn
from backend.rl.suggestions.trace import Floats, Trace

THRESHOLD = 0.4
CONSECUTIVE = 2
"""Chunk boundaries in a row at which the probability must be high."""
WITHIN = 25
"""Steps: a suggestion this near to the switch is right. Half a second."""
LEAST_SWITCHES = 10
"""Attempts with a switch, below which nothing is suggested."""

Figures = dict[str, float | list[float]]


@dataclass
class Hysteresis:
    """Follows one attempt. What it has suggested holds until somebody switched, and never again."""

    run: int = 0
    due: bool = False
    over: bool = False

    def heard(self, probability: float) -> bool:
        """At a chunk boundary: whether to hand off now."""
        self.run = self.run + 1 if probability >= THRESHOLD else 0
        self.due = self.due or self.run >= CONSECUTIVE
        return self.due and not self.over

    def overruled(self) -> None:
        """Somebody switched: nothing is suggested any more in this attempt."""
        self.over = True


def teach(traces: Iterable[Trace]) -> tuple[Classifier, Figures] | None:
    """A classifier and its held-out figures; None while there are too few switches.

    A moment counts as due if a switch that hysteresis orders from it on would not come before the
    one that was made.
    """
    usable = [trace for trace in traces if len(trace.steps)]
    if sum(trace.hand_off_step is not None for trace in usable) < LEAST_SWITCHES:
        return None
    learned = learn([_example(trace) for trace in usable])
    suggested = [
        suggested_step(trace, probability)
        for trace, probability in zip(usable, learned.held_out, strict=True)
    ]
    return learned.classifier, count([trace.hand_off_step for trace in usable], suggested)


def suggested_step(trace: Trace, probability: Floats) -> int | None:
    """The first step after the switch that would have been made; None if none."""
    rule = Hysteresis()
    for step, p in zip(trace.steps, probability, strict=True):
        if rule.heard(float(p)):
            return int(step) + trace.takes
    return None


def count(switched: Sequence[int | None], suggested: Sequence[int | None]) -> Figures:
    """Suggestions against switches, attempt by attempt."""
    pairs = list(zip(switched, suggested, strict=True))
    offsets = [s - t for t, s in pairs if s is not None and t is not None]
    right = sum(abs(offset) <= WITHIN for offset in offsets)
    figures: Figures = {
        "attempts": len(pairs),
        "switches": sum(t is not None for t, _ in pairs),
        "suggestions": sum(s is not None for _, s in pairs),
        "right": right,
        "within_steps": WITHIN,
        "threshold": THRESHOLD,
        "consecutive": CONSECUTIVE,
    }
    if offsets:
        figures["offset_quartiles"] = [float(q) for q in np.percentile(offsets, [25, 50, 75])]
    return figures


def _example(trace: Trace) -> Example:
    switch = np.inf if trace.hand_off_step is None else trace.hand_off_step
    lead = trace.takes + (CONSECUTIVE - 1) * trace.execute
    y = (trace.steps + lead >= switch).astype(np.float64)
    return Example(episode_id=trace.episode_id, x=trace.features.astype(np.float64), y=y)
