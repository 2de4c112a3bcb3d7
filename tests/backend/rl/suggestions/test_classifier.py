import numpy as np
import pytest

from backend.rl.suggestions import classifier
from backend.rl.suggestions.classifier import FOLDS, Classifier, Example, learn


def example(number: int, y: float, x: float) -> Example:
    return Example(episode_id=f"e{number}", x=np.array([[x]]), y=np.array([y]))


def told(count: int = 40) -> list[Example]:
    draw = np.random.default_rng(0)
    return [example(n, float(n % 2), 2.0 * (n % 2) - 1 + draw.normal() * 0.3) for n in range(count)]


def test_what_can_be_told_is_told_of_attempts_that_were_not_seen() -> None:
    learned = learn(told())
    said = np.concatenate(learned.held_out)
    assert ((said > 0.5) == (np.arange(40) % 2 == 1)).all()


def test_what_cannot_be_told_is_not_learned_by_heart() -> None:
    """40 features of noise tell 40 attempts apart when they are fitted, and no others."""
    draw = np.random.default_rng(3)
    examples = [
        Example(episode_id=f"e{n}", x=draw.normal(size=(1, 40)), y=np.array([float(n % 2)]))
        for n in range(40)
    ]
    learned = learn(examples)
    y = np.arange(40) % 2
    seen = np.concatenate([learned.classifier.score.logit(e.x) for e in examples])
    unseen = np.concatenate(learned.held_out)
    assert ((seen > 0) == (y == 1)).mean() > 0.9
    assert ((unseen > 0.5) == (y == 1)).mean() < 0.75


def test_what_is_said_of_a_fold_depends_on_nothing_in_it() -> None:
    examples = told()
    before = learn(examples).held_out
    turned = [*examples]
    turned[0] = example(0, examples[0].y[0], 50.0)
    after = learn(turned).held_out
    folds = classifier._folds(examples)
    peers = [n for n, fold in enumerate(folds) if fold == folds[0] and n]
    for n in peers:
        assert before[n] == pytest.approx(after[n], abs=1e-6)


def test_folds_are_even_in_size_and_in_the_rarer_answer() -> None:
    examples = [example(n, float(n < 5), 0.0) for n in range(25)]
    folds = classifier._folds(examples)
    assert sorted(folds) == sorted(list(range(FOLDS)) * 5)
    assert sorted(folds[:5]) == list(range(FOLDS))


def test_platts_targets_stay_away_from_certainty() -> None:
    """Scores that tell all: 3 of 6 say yes, so the targets are 4/5 and 1/5."""
    score, y = np.repeat([-1.0, 1.0], 3), np.repeat([0.0, 1.0], 3)
    platt = classifier._platt([(score, y)])
    assert platt.probability(np.array([[-1.0], [1.0]])) == pytest.approx([0.2, 0.8], abs=0.01)


def test_arrays_bring_it_back() -> None:
    found = learn(told()).classifier
    again = Classifier.load(found.arrays("a"), "a")
    x = np.array([[0.2]])
    assert again.probability(x) == found.probability(x)
