import pytest

from backend.rl.config import RltConfig
from backend.rollout.advice import Adviser
from backend.rollout.plan import Plan
from tests.fixtures.attempt import Attempt

ATTEMPT = Attempt()
FOLLOWING = Plan(run_id=None, config=RltConfig(hand_off="suggestion"))
HIGH, LOW = 0.9, 0.1


def words(adviser: Adviser, probabilities: list[float | None], *, rl: bool = False) -> list[str]:
    observation = ATTEMPT.observation(4, rl=rl)
    return [adviser.word(observation, FOLLOWING, p) for p in probabilities]


@pytest.mark.parametrize("setting", ["truth", "operator"])
def test_a_run_that_does_not_follow_suggestions_says_who_decides(setting: str) -> None:
    plan = Plan(run_id=None, config=RltConfig(hand_off=setting))
    assert Adviser().word(ATTEMPT.observation(4), plan, HIGH) == setting


def test_until_something_is_learned_the_truth_decides() -> None:
    assert words(Adviser(), [None, None]) == ["truth", "truth"]


def test_a_suggestion_needs_two_chunks_and_stands_until_somebody_switches() -> None:
    adviser = Adviser()
    assert words(adviser, [LOW, HIGH, HIGH, LOW]) == ["wait", "wait", "now", "now"]
    assert words(adviser, [HIGH], rl=True) == ["wait"]
    assert words(adviser, [HIGH, HIGH, HIGH]) == ["wait"] * 3


def test_a_persons_earlier_hand_off_goes_before_any_suggestion() -> None:
    adviser = Adviser()
    words(adviser, [LOW], rl=True)
    assert words(adviser, [HIGH, HIGH, HIGH]) == ["wait"] * 3


def test_the_next_attempt_begins_anew() -> None:
    adviser = Adviser()
    words(adviser, [HIGH, HIGH], rl=True)
    other = Attempt().observation(4, rl=False)
    assert [adviser.word(other, FOLLOWING, HIGH) for _ in range(2)] == ["wait", "now"]
