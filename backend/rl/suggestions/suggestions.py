"""Both suggestions of a run, as they are learned, kept and used. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from backend.rl.rewards import LEARNABLE, Outcome
from backend.rl.suggestions import hand_off, success
from backend.rl.suggestions.classifier import Classifier
from backend.rl.suggestions.trace import Floats, Singles, Trace

MOST_ATTEMPTS = 200
"""The newest so many are learned from, so that learning takes seconds."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Suggestions:
    """What was learned; None where there was too little to learn from."""

    hand_off: Classifier | None
    success: Classifier | None

    def arrays(self) -> dict[str, Floats]:
        """What `load` reads."""
        parts = {"hand_off": self.hand_off, "success": self.success}
        return {
            key: array
            for name, part in parts.items()
            if part is not None
            for key, array in part.arrays(name).items()
        }

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Back from arrays; raises ValueError for what is no number, KeyError for a missing one."""
        whole = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
        broken = [name for name, array in whole.items() if not np.isfinite(array).all()]
        if broken:
            msg = f"These values of the suggestions are not numbers: {', '.join(broken)}."
            raise ValueError(msg)
        known = {name.partition(".")[0] for name in whole}
        return cls(
            hand_off=Classifier.load(whole, "hand_off") if "hand_off" in known else None,
            success=Classifier.load(whole, "success") if "success" in known else None,
        )

    def hand_off_probability(self, z: Singles, state: Singles) -> float | None:
        """Of the moment with token z [K] and proprioception [S]."""
        return _one(self.hand_off, np.concatenate([z, state]))

    def success_probability(self, trace: Trace) -> float | None:
        """Of an attempt by its last moment."""
        return _one(self.success, trace.last)


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """An attempt that people have judged."""

    trace: Trace
    outcome: Outcome
    by_suggestion: bool = False
    """Handed off because it was suggested: says nothing about when people would."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Taught:
    """Suggestions and how they did on attempts that they had not seen."""

    suggestions: Suggestions
    figures: dict[str, Any]
    """`hand_off` and `success`: their figures, or null."""

    def on_top_of(self, before: "Taught | None") -> "Taught":
        """What this lesson was too small for stays as it was.

        A run that follows its suggestions sees fewer and fewer switches that it could learn from.
        """
        if before is None:
            return self
        new, old = self.suggestions, before.suggestions
        return Taught(
            suggestions=Suggestions(
                hand_off=new.hand_off or old.hand_off, success=new.success or old.success
            ),
            figures={name: self.figures[name] or before.figures[name] for name in self.figures},
        )


def teach(judged: Sequence[Judged]) -> Taught | None:
    """Learn from the newest attempts, given in their order; None if neither can be learned."""
    usable = [one for one in judged if one.outcome in LEARNABLE]
    switched = [one.trace for one in usable if not one.by_suggestion]
    ended = [(one.trace, one.outcome == "success") for one in usable]
    switching = hand_off.teach(switched[-MOST_ATTEMPTS:])
    succeeding = success.teach(ended[-MOST_ATTEMPTS:])
    if switching is None and succeeding is None:
        return None
    return Taught(
        suggestions=Suggestions(
            hand_off=switching[0] if switching else None,
            success=succeeding[0] if succeeding else None,
        ),
        figures={
            "hand_off": switching[1] if switching else None,
            "success": succeeding[1] if succeeding else None,
        },
    )


def _one(classifier: Classifier | None, features: Singles) -> float | None:
    if classifier is None:
        return None
    return float(classifier.probability(features[None].astype(np.float64))[0])
