"""One evaluation as a command, and what the command says."""

from pathlib import Path
from uuid import UUID

import pytest

from backend.__main__ import parser
from backend.evaluator.job import Job, divided, problem_of, standing_of

JOB = Job(
    id=UUID(int=1), run_id=UUID(int=2), number=7, task="ethernet", version=12, regime="full",
    starts=50, seed=3, with_base=True, with_expert=False,
)  # fmt: skip


def test_the_command_is_one_that_a_person_can_type() -> None:
    said = JOB.command(Path("/srv/my data"))
    assert said == (
        "rlt evaluate ethernet --policy run:7@12,base --regime full --episodes 50 --seed 3 "
        "--data '/srv/my data'"
    )
    options = parser().parse_args(JOB.words(Path("/srv/my data")))
    assert (options.policy, options.regime, options.episodes) == ("run:7@12,base", "full", 50)
    assert (options.seed, options.data) == (3, Path("/srv/my data"))


def test_standings_are_told_from_other_words() -> None:
    said = '{"done": 1, "of": 4, "seconds_left": 3.0, "policies": {"base": [1, 1]}}'
    found = standing_of(said)
    assert found is not None
    assert found["policies"] == {"base": [1, 1]}
    for other in ("loading", "[1]", "{}", '{"done": 0, "of": 0}'):
        assert standing_of(other) is None


def test_attempts_leave_the_report() -> None:
    policies = {"base": {"rows": [{"start": 0}], "median_steps": float("nan")}}
    report, attempts = divided({"seed": 3, "policies": policies})
    assert report == {"seed": 3, "policies": {"base": {"median_steps": "nan"}}}
    assert attempts == {"base": [{"start": 0}]}


@pytest.mark.parametrize(
    ("status", "line", "said"),
    [
        (2, "rlt evaluate: There is no run 7.", "There is no run 7."),
        (1, "KeyError: 'x'", "`rlt evaluate` ended with status 1 (KeyError: 'x'): "),
        (-9, "", "`rlt evaluate` ended with signal 9: "),
    ],
)
def test_a_command_without_a_report_is_one_sentence(status: int, line: str, said: str) -> None:
    assert problem_of(status, line).startswith(said)
