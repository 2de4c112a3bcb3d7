"""What was learned from people: read by run, and by attempt only after its judgement."""

from uuid import UUID, uuid4

import pytest

from backend.models import SuggestedOutcome, Suggestion
from tests.fixtures.console import Console
from tests.fixtures.episodes import add_episode, add_label, add_rows, add_run

pytestmark = pytest.mark.asyncio

FIGURES = {
    "hand_off": {
        "attempts": 12, "switches": 10, "suggestions": 8, "right": 6, "within_steps": 25,
        "threshold": 0.5, "consecutive": 2, "offset_quartiles": [-3.0, 2.0, 9.0],
    },
    "success": {
        "attempts": 40, "successes": 20, "agreed": 38, "brier": 0.04, "brier_of_rate": 0.25,
        "calibration_error": 0.06, "reliability": [
            {"low": 0.0, "high": 0.2, "attempts": 20, "probability": 0.1, "successes": 1},
        ],
    },
}  # fmt: skip


async def learned(console: Console, run_id: UUID, version: int = 1) -> UUID:
    row = Suggestion(
        id=uuid4(), run_id=run_id, version=version, file_sha256="f", lock_sha256="l", attempts=40,
        figures=FIGURES,
    )  # fmt: skip
    await add_rows(console.database, row)
    return row.id


async def test_before_anything_is_learned_there_is_none(console: Console) -> None:
    run = (await add_run(console.database)).id
    reader = await console.person("viewer")
    assert (await reader.get(f"/runs/{run}/suggestion")).json() is None


async def test_a_run_shows_shares_with_intervals_and_what_was_said_of_new_attempts(
    console: Console,
) -> None:
    robot, _ = await console.robot()
    run = (await add_run(console.database)).id
    await learned(console, run, 1)
    suggestion = await learned(console, run, 2)
    person = await console.person("labeller")
    for outcome, probability in (("success", 0.9), ("failure", 0.8), ("discard", 0.9)):
        episode = await add_episode(console.database, robot, run_id=run)
        said = SuggestedOutcome(
            episode_id=episode.id, suggestion_id=suggestion, success=probability
        )
        await add_rows(console.database, said)
        assert (await person.get(f"/episodes/{episode.id}/suggestion")).json() is None
        await add_label(console.database, episode, console.users["labeller"], outcome)
    found = (await person.get(f"/runs/{run}/suggestion")).json()
    assert (found["version"], found["attempts"]) == (2, 40)
    assert found["hand_off"]["precision"] == 0.75
    assert found["hand_off"]["recall"] == 0.6
    low, high = found["hand_off"]["recall_interval"]
    assert low < 0.6 < high
    (said_row,) = found["said"]
    assert (said_row["automatic"], said_row["attempts"], said_row["agreed"]) == (False, 2, 1)
    assert said_row["brier"] == pytest.approx((0.01 + 0.64) / 2)


async def test_of_an_attempt_it_is_shown_after_the_judgement_and_compared(console: Console) -> None:
    robot, _ = await console.robot()
    run = (await add_run(console.database)).id
    suggestion = await learned(console, run)
    episode = await add_episode(console.database, robot, run_id=run)
    await add_rows(
        console.database,
        SuggestedOutcome(episode_id=episode.id, suggestion_id=suggestion, success=0.93),
    )
    person = await console.person("labeller")
    assert (await person.get(f"/episodes/{episode.id}/suggestion")).json() is None
    await add_label(console.database, episode, console.users["labeller"], "failure")
    found = (await person.get(f"/episodes/{episode.id}/suggestion")).json()
    assert (found["outcome"], found["agrees"]) == ("success", False)
    assert (found["success"], found["calibration_error"]) == (0.93, 0.06)
