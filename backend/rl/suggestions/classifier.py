"""A calibrated classifier, and its honest figures by cross-fitting over attempts. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from backend.rl.suggestions.logistic import Logistic, balanced, fit
from backend.rl.suggestions.trace import Floats

RIDGE = 0.3
CALIBRATION_RIDGE = 1e-3
FOLDS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """One attempt: rows that belong together and are held out together."""

    episode_id: str
    x: Floats
    """[n, F]"""
    y: Floats
    """[n] 0 or 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Classifier:
    """Log-odds of a balanced fit, and Platt's line from them to probabilities."""

    score: Logistic
    platt: Logistic

    def probability(self, x: Floats) -> Floats:
        """[n] of rows [n, F]."""
        return self.platt.probability(self.score.logit(x)[:, None])

    def arrays(self, name: str) -> dict[str, Floats]:
        """What `load` reads."""
        return self.score.arrays(f"{name}.score") | self.platt.arrays(f"{name}.platt")

    @classmethod
    def load(cls, arrays: dict[str, Floats], name: str) -> Self:
        """Back from arrays."""
        score, platt = (Logistic.load(arrays, f"{name}.{part}") for part in ("score", "platt"))
        return cls(score=score, platt=platt)


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """A classifier of all attempts, and what others like it said of attempts they had not seen."""

    classifier: Classifier
    held_out: list[Floats]
    """Probabilities [n] of each example, in the order of the examples."""


def learn(examples: Sequence[Example]) -> Learned:
    """Fit on all; every attempt is also judged once by a classifier that never saw it.

    Attempts are put into five folds. The judge of one fold is fitted on the four others, and its
    calibration on their scores by fits that saw neither them nor the judged ones. The final
    classifier is fitted on all, and calibrated on the scores of attempts that were held out.
    """
    folds = _folds(examples)
    all_of_them = _score(examples)
    scores = {
        out: _score(
            [e for e, at in zip(examples, folds, strict=True) if at not in out], all_of_them
        )
        for out in _left_out()
    }
    held_out: list[Floats] = []
    for example, fold in zip(examples, folds, strict=True):
        held_out.append(scores[frozenset({fold})].logit(example.x))
    platts = {
        fold: _platt(
            [
                (scores[frozenset({fold, at})].logit(e.x), e.y)
                for e, at in zip(examples, folds, strict=True)
                if at != fold
            ]
        )
        for fold in range(FOLDS)
    }
    answered = zip(held_out, examples, strict=True)
    whole = _platt([(score, example.y) for score, example in answered])
    return Learned(
        classifier=Classifier(score=all_of_them, platt=whole),
        held_out=[
            platts[fold].probability(score[:, None])
            for score, fold in zip(held_out, folds, strict=True)
        ],
    )


def _left_out() -> list[frozenset[int]]:
    """Every fold, and every pair of folds."""
    return list({frozenset({one, other}) for one in range(FOLDS) for other in range(FOLDS)})


def _folds(examples: Sequence[Example]) -> list[int]:
    """Drawn by the attempts' ids, with the rarer answers spread evenly."""
    drawn = {e.episode_id: hashlib.sha256(e.episode_id.encode()).digest() for e in examples}
    order = sorted(
        range(len(examples)),
        key=lambda n: (examples[n].y.max(initial=0.0), drawn[examples[n].episode_id]),
    )
    folds = [0] * len(examples)
    for place, number in enumerate(order):
        folds[number] = place % FOLDS
    return folds


def _score(examples: Sequence[Example], start: Logistic | None = None) -> Logistic:
    y = np.concatenate([e.y for e in examples])
    return fit(np.concatenate([e.x for e in examples]), y, balanced(y), RIDGE, start)


def _platt(answered: Sequence[tuple[Floats, Floats]]) -> Logistic:
    """From scores to probabilities, given scores [n] and answers [n] of attempts.

    Platt's targets are not quite 0 and 1, by as much as so few answers leave open.
    """
    score, y = (np.concatenate(parts) for parts in zip(*answered, strict=True))
    positives = y.sum()
    yes, no = (positives + 1) / (positives + 2), 1 / (len(y) - positives + 2)
    target = np.where(y > 0.5, yes, no)
    return fit(score[:, None], target, np.ones(len(y)), CALIBRATION_RIDGE)
