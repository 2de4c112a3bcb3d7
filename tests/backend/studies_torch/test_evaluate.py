"""Comparisons on the fake robot."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rollout.models import FrozenModels
from backend.rollout.moments import Moment, Sensed
from backend.studies.evaluation.contenders import Contender, shown
from backend.studies.evaluation.evaluate import EXPERT, Comparison, Outcome, compare, report
from backend.studies.evaluation.pace import BASE, base_name, base_paces
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.rounds import robots
from backend.studies.training.actors import snapshot_of
from tests.fixtures.fake_cell import fake_frozen

FROZEN = fake_frozen()
MODELS = FrozenModels(FROZEN)
FAST = RltConfig(reference_speed=2.0, chunk=10, execute=5)
ACTOR = Rlt(
    RltConfig(hidden=8, chunk=10), FROZEN.dims(10), FROZEN.normalisation, seed=0
).actor_state()
CONTENDERS = (
    Contender(name="base", config=RltConfig(chunk=10, execute=10)),
    Contender(name="actor", config=FAST, snapshot=snapshot_of(ACTOR, 1)),
)
ASKED = Comparison(task="ethernet", regime="critical", episodes=3, seed=2, contenders=CONTENDERS)


@pytest.fixture(scope="module")
def cells() -> Iterator[list[LockstepRobot]]:
    torch.set_num_threads(1)
    with robots("ethernet", 2, driver="fake") as made:
        yield made


@pytest.fixture(scope="module")
def found(cells: list[LockstepRobot]) -> Outcome:
    return compare(ASKED, cells, MODELS, lambda _line: None)


def test_everybody_plays_the_same_starts(found: Outcome) -> None:
    for rows in found.rows.values():
        assert [row.seed for row in rows] == [1_020_000, 1_020_001, 1_020_002]
        assert [row.start for row in rows] == [0, 1, 2]


def test_faster_is_shorter(found: Outcome) -> None:
    base, actor = (np.mean([row.steps for row in rows]) for rows in found.rows.values())
    assert base != actor


def test_it_repeats(found: Outcome, cells: list[LockstepRobot]) -> None:
    assert compare(ASKED, cells, MODELS, lambda _line: None).rows == found.rows


def test_the_demonstrator_may_take_part_in_fewer_starts(cells: list[LockstepRobot]) -> None:
    few = replace(EXPERT, most_episodes=1)
    asked = replace(ASKED, episodes=2, contenders=(CONTENDERS[0], few))
    made = compare(asked, cells, MODELS, lambda _line: None)
    assert [len(rows) for rows in made.rows.values()] == [2, 1]
    (row,) = made.rows["expert"]
    # The fake cell has no demonstrator: the hands rest until time is up.
    assert (row.ended_by, row.human_steps, row.interventions) == ("timeout", 300, 0)


def test_a_report_has_the_keys_of_demonstrations(found: Outcome) -> None:
    made = report(ASKED, found)
    demos = {
        "episodes", "success_rate", "median_steps", "active_throughput_per_10min",
        "peak_force_median", "endings", "seconds",
    }  # fmt: skip
    assert demos <= set(made)
    assert made["episodes"] == 3
    assert list(made["policies"]) == ["base", "actor"]
    assert len(made["policies"]["actor"]["rows"]) == 3


def test_ablations_hide_the_token() -> None:
    moment = Moment(
        episode_id=CONTENDERS[1].snapshot.checkpoint_id,  # type: ignore[union-attr]
        step=4,
        images=(),
        state=np.zeros(24, np.float32),
    )
    sensed = Sensed(moment=moment, z=np.ones(4, np.float32), proposal=np.zeros((50, 6), np.float32))
    assert shown(sensed, "true") is sensed
    assert not shown(sensed, "zero").z.any()
    noise = shown(sensed, "noise").z
    assert np.array_equal(noise, shown(sensed, "noise").z)
    assert np.abs(noise).sum() > 0


def test_an_actor_has_to_beat_the_base_by_itself_and_played_faster() -> None:
    own, faster = (1.0, 20), [(1.0, 5), (1.5, 5), (2.0, 5)]
    assert base_paces(1.0, 5) == [own, *faster]
    assert base_paces(3.0, 5) == [own, *faster, (3.0, 5)]
    # Nobody is asked twice.
    assert base_paces(1.0, 20) == [own, (1.5, 20), (2.0, 20)]
    assert base_name(*own) == BASE
