"""Whether an attempt succeeded: learned from labels, held against labels. Pure."""

from collections.abc import Sequence

import numpy as np

from backend.rl.suggestions.classifier import Classifier, Example, learn
from backend.rl.suggestions.trace import Floats, Trace

LEAST_EACH = 8
"""Successes, and failures, below which nothing is suggested."""
BINS = 5

Row = dict[str, float]
Figures = dict[str, float | list[Row]]


def teach(judged: Sequence[tuple[Trace, bool]]) -> tuple[Classifier, Figures] | None:
    """A classifier and its held-out figures; None while there are too few of either outcome."""
    successes = sum(success for _, success in judged)
    if min(successes, len(judged) - successes) < LEAST_EACH:
        return None
    examples = [
        Example(
            episode_id=trace.episode_id,
            x=trace.last[None].astype(np.float64),
            y=np.array([float(success)]),
        )
        for trace, success in judged
    ]
    learned = learn(examples)
    answers = np.array([float(success) for _, success in judged])
    return learned.classifier, figures(np.concatenate(learned.held_out), answers)


def figures(probability: Floats, answer: Floats) -> Figures:
    """How far probabilities [n] can be believed, given what came [n], 0 or 1."""
    rate = float(answer.mean())
    table = reliability(probability, answer)
    return {
        "attempts": len(answer),
        "successes": int(answer.sum()),
        "agreed": int(((probability >= 0.5) == (answer > 0.5)).sum()),
        "brier": float(np.mean((probability - answer) ** 2)),
        "brier_of_rate": rate * (1 - rate),
        "calibration_error": calibration_error(table),
        "reliability": table,
    }


def reliability(probability: Floats, answer: Floats) -> list[Row]:
    """Five bins of equal width that are not empty: how many, mean probability, successes."""
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    return [
        {
            "low": number / BINS,
            "high": (number + 1) / BINS,
            "attempts": int(inside.sum()),
            "probability": float(probability[inside].mean()),
            "successes": int(answer[inside].sum()),
        }
        for number in range(BINS)
        if (inside := place == number).any()
    ]


def calibration_error(table: Sequence[Row]) -> float:
    """Expected calibration error: the mean distance of probability and share, by attempts."""
    attempts = sum(row["attempts"] for row in table)
    apart = (abs(row["attempts"] * row["probability"] - row["successes"]) for row in table)
    return sum(apart) / attempts
