import pytest

from backend.rl.fall_back import Drove, FallBack

RULE = FallBack(floor=0.5, window=4, rest=3)


def past(text: str) -> list[Drove]:
    """`+` and `-` by the actor, `b` by the base policy (its success says nothing of the actor)."""
    return [Drove(by_actor=sign != "b", success=sign == "+") for sign in text]


@pytest.mark.parametrize(
    ("text", "drives"),
    [
        ("", True),
        ("---", True),  # too few to judge
        ("++--", True),  # exactly the floor
        ("+---", False),
        ("++++----", False),
        ("+---b", False),
        ("+---bb", False),
        ("+---bbb", True),
        ("+---bbb---", True),  # judged anew after the rest
        ("+---bbb----", False),
        ("bbbb", True),
    ],
)
def test_who_drives(text: str, drives: bool) -> None:
    assert RULE.actor_drives(past(text)) is drives
