"""What an evaluation says of itself while it plays."""

import json

from backend.studies.evaluation.standing import Standing, as_json, in_words

LATE = Standing(done=12, of=40, seconds_left=61.26, policies={"base": (3, 6), "run:7@12": (6, 6)})


def test_words() -> None:
    assert LATE.words() == "12/40 episodes, 61 s left: base 3/6, run:7@12 6/6"


def test_programs_get_one_object_a_line() -> None:
    lines: list[str] = []
    as_json(lines.append)(LATE)
    (line,) = lines
    assert "\n" not in line
    assert json.loads(line) == {
        "done": 12, "of": 40, "seconds_left": 61.3,
        "policies": {"base": [3, 6], "run:7@12": [6, 6]},
    }  # fmt: skip


def test_people_hear_of_every_tenth_attempt_and_of_the_last() -> None:
    lines: list[str] = []
    say = in_words(lines.append)
    for done in range(1, 23):
        say(Standing(done=done, of=22, seconds_left=0.0, policies={}))
    assert [line.split("/")[0] for line in lines] == ["10", "20", "22"]
