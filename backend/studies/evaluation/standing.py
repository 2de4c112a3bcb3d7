"""How far an evaluation is: for people in words, for programs as one JSON object a line."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

WORDS_EVERY = 10
"""Attempts between two lines for people."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known after an attempt."""

    done: int
    of: int
    seconds_left: float
    policies: Mapping[str, tuple[int, int]]
    """Successes and attempts of those who have played."""

    def words(self) -> str:
        """One line for a person."""
        parts = [f"{name} {good}/{made}" for name, (good, made) in self.policies.items()]
        return f"{self.done}/{self.of} episodes, {self.seconds_left:.0f} s left: {', '.join(parts)}"

    def json(self) -> str:
        """One line for a program."""
        return json.dumps(asdict(self) | {"seconds_left": round(self.seconds_left, 1)})


Progress = Callable[[Standing], None]
"""Is told after every attempt."""


def in_words(say: Callable[[str], None]) -> Progress:
    """A line for people after every tenth attempt, and after the last."""

    def progress(standing: Standing) -> None:
        if standing.done % WORDS_EVERY == 0 or standing.done == standing.of:
            say(standing.words())

    return progress


def as_json(say: Callable[[str], None]) -> Progress:
    """A line for programs after every attempt."""
    return lambda standing: say(standing.json())
